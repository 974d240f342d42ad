"""Answers that name the evidence they rest on: `[1]` in a text stands for the first citation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.ops.language.sentence_splitter import sentences

_MARK = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class CitedText:
    """An answer and what it cites.

    Parameters
    ----------
    text
        With `[1]`, `[2]` … for the citations, in the order in which they come first.
    citations
        What they name.
    uncited
        Sentences that name nothing.
    """

    text: str
    citations: tuple[str, ...]
    uncited: tuple[str, ...]


def read_citations(text: str, evidence: Sequence[str]) -> CitedText:
    """Number the citations of a text anew, by the order in which they come.

    Parameters
    ----------
    text
        In which `[2]` stands for the second of `evidence`.
    evidence
        Names of what can be cited.

    Raises
    ------
    InvalidInputError
        If the text names evidence that is not there.

    Examples
    --------
    >>> read_citations("It opened in 1871 [2]. Ships came.", ["span a", "span b"])
    CitedText(text='It opened in 1871 [1]. Ships came.', citations=('span b',), \
uncited=('Ships came.',))
    """
    order: dict[str, int] = {}

    def renumbered(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(evidence):
            raise InvalidInputError(
                f"the answer cites {found[0]}, and there are {len(evidence)} pieces of evidence"
            )
        return f"[{order.setdefault(evidence[number - 1], len(order) + 1)}]"

    written = _MARK.sub(renumbered, text.strip())
    parts = [written[start:end].strip() for start, end in sentences(written)]
    uncited = tuple(one for one in parts if not _MARK.search(one) and re.search(r"\w", one))
    return CitedText(written, tuple(order), uncited)
