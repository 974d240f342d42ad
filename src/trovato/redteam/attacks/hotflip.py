"""A prefix of words, searched so that an open encoder finds the text for the question."""

from __future__ import annotations

import re
from itertools import chain

import numpy as np

from trovato.core import Encoder
from trovato.generate.filters import passage_vectors
from trovato.redteam.attacks.passage_selection import at_random
from trovato.redteam.attacks.protocol import Case, Write


def searched_prefix(
    encoder: Encoder, *, length: int = 8, rounds: int = 2, tries: int = 24
) -> Write:
    """Put searched words before texts of the pool so that they come close to the question.

    HotFlip's coordinate search (Ebrahimi et al. 2018; as PoisonedRAG uses it, Zou et al. 2024,
    white-box): one word of the prefix after the other is replaced by whichever candidate raises the
    cosine between question and text most. Candidates are drawn and tried, not ranked by a gradient,
    so any encoder will do and each try is one encoding; `by_gradient` is the one with a gradient.

    Parameters
    ----------
    encoder
        Of the search that is attacked.
    length, rounds, tries
        Words of the prefix; times that each is looked at; candidates each time.
    """

    def write(case: Case, count: int, draw: np.random.Generator) -> list[str]:
        target = passage_vectors(encoder, [case.question])[0]
        texts = chain([case.question], case.documents, case.pool)
        known = sorted({word for text in texts for word in re.findall(r"\w+", text.casefold())})
        return [_searched(text, known, target, draw) for text in at_random(case, count, draw)]

    def _searched(
        text: str, known: list[str], target: np.ndarray, draw: np.random.Generator
    ) -> str:
        prefix = [known[at] for at in draw.integers(len(known), size=length)]
        for place in list(range(length)) * rounds:
            tried = [known[at] for at in draw.integers(len(known), size=tries)]
            options = [prefix[place], *tried]
            written = [
                " ".join([*prefix[:place], option, *prefix[place + 1 :], text])
                for option in options
            ]
            # The first of the best, so that a word is replaced only by a better one.
            prefix[place] = options[int(np.argmax(passage_vectors(encoder, written) @ target))]
        return " ".join([*prefix, text])

    return write
