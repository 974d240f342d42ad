"""How well a page matches, in words: scores of a ranking have no scale that a reader knows."""

from __future__ import annotations

from typing import Literal

from trovato.core import Evidence, PageEvidence

Band = Literal["strong", "fair", "weak"]
# Mean match of a question's words, from which a page is called so; chosen by bench/match_bands.py.
STRONG, FAIR = 0.75, 0.5
# Cosines of unrelated word pieces lie below this.
_FLOOR = 0.4


def match_strength(evidence: Evidence) -> float:
    """Mean over the question's content words of how well each is met, 0…1.

    The same word counts as 1, another by its cosine above that of unrelated ones.
    """
    if not isinstance(evidence, PageEvidence) or not evidence.heat:
        return 0.0
    if not evidence.matches:  # of an encoder that does not say where its tokens stand
        return FAIR
    met = [
        1.0
        if match.query.casefold() in match.found.casefold()
        else min(max(match.score - _FLOOR, 0.0) / (1 - _FLOOR), 1.0)
        for match in evidence.matches
    ]
    return sum(met) / len(met)


def band(evidence: Evidence) -> Band:
    """Strong, fair or weak."""
    strength = match_strength(evidence)
    return "strong" if strength >= STRONG else "fair" if strength >= FAIR else "weak"
