"""The form in which short answers are compared."""

from __future__ import annotations

import re
import string
import unicodedata

from trovato.ops.language.reasoning import without_reasoning

_ARTICLE = re.compile(r"\b(a|an|the)\b")


def normalize_answer(text: str) -> str:
    """Bring an answer to the form in which answers are compared.

    Blocks of reasoning are cut (`without_reasoning`), letters are taken apart from their marks
    (Unicode NFD) and lower-cased, punctuation and then the words a, an and the are dropped, and
    spaces are squeezed.

    Source: Dekel et al. 2026 (arXiv 2602.04711), section 4. Punctuation is that of ASCII and every
    character of Unicode's categories P.

    Examples
    --------
    >>> normalize_answer("The  Answer!")
    'answer'
    """
    text = unicodedata.normalize("NFD", without_reasoning(text)).lower()
    bare = "".join(
        character
        for character in text
        if character not in string.punctuation and unicodedata.category(character)[0] != "P"
    )
    return " ".join(_ARTICLE.sub(" ", bare).split())
