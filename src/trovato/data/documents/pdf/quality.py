"""Whether a text looks like language at all: broken fonts and bad OCR give letters that do not."""

from __future__ import annotations

import unicodedata

import numpy as np

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Per cent of all letters, rounded, about the mean of English, French, German, Italian, Spanish,
# Portuguese, Dutch, Swedish and Polish.
_USUAL = np.array(
    [
        *(9.0, 1.4, 3.1, 4.2, 13.5, 1.5, 2.1, 2.7, 7.8, 0.6, 1.7, 4.6, 3.1),
        *(7.4, 6.2, 2.4, 0.4, 6.3, 6.3, 6.3, 3.9, 1.6, 1.2, 0.2, 1.2, 1.1),
    ]
)
# Fewer letters say nothing of their language.
_FEW = 150
# Below this, letters are as often as in no language of the Latin script that we know of.
POOR = 0.5


def letter_quality(text: str) -> float | None:
    """How well the letters are as frequent as in languages of the Latin script.

    The correlation with their usual frequencies, accents left aside: about 0.6 to 0.95 for such
    languages, about 0 for letters that a broken font has exchanged. None for a text of another
    script, or of fewer than 150 letters.
    """
    plain = unicodedata.normalize("NFD", text.lower())
    counts = np.array([plain.count(letter) for letter in _LETTERS], np.float64)
    if counts.sum() < max(_FEW, 0.8 * sum(map(str.isalpha, plain))):
        return None
    return float(np.corrcoef(counts, _USUAL)[0, 1])
