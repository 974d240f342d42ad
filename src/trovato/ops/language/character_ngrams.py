"""Terms of texts that put no spaces between their words."""

from __future__ import annotations

import re

from trovato.ops.language.chinese_numerals import plain_digits

# Runs of Chinese characters, and words of any other script.
_RUN = re.compile(r"(?P<han>[\u3400-\u4dbf\u4e00-\u9fff]+)|[^\W\u3400-\u4dbf\u4e00-\u9fff]+")


def character_bigrams(text: str) -> list[str]:
    """Each two neighbouring Chinese characters, and each other word, in order and lower case.

    A Chinese character that stands alone is a term of its own. Bigrams need no dictionary and no
    segmentation, and were as good as words for retrieval (Nie et al. 2000, "On the use of words
    and n-grams for Chinese information retrieval").

    Examples
    --------
    >>> character_bigrams("数额较大 3000元 AB")
    ['数额', '额较', '较大', '3000', '元', 'ab']
    """
    terms: list[str] = []
    for run in _RUN.finditer(plain_digits(text).lower()):
        word = run.group()
        if run["han"] and len(word) > 1:
            terms.extend(word[at : at + 2] for at in range(len(word) - 1))
        else:
            terms.append(word)
    return terms
