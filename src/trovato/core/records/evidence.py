"""Why something was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from reprlib import Repr

from trovato.core.records.boxes import Box

_SHORT = Repr()
_SHORT.maxstring = 48


@dataclass(frozen=True, slots=True)
class Region:
    """A matched place on the item's page: a passage, or a single word.

    Parameters
    ----------
    box
        In page points, inside the page.
    weight
        Strength against the strongest of its kind on the page, in (0, 1].
    text
        The words that stand there.
    """

    box: Box
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """How one token of the query was met: MaxSim's summand for that token.

    Parameters
    ----------
    query
        The query token as text.
    found
        The item's words that the best token belongs to.
    start, end
        Characters of the item's text.
    score
        Cosine of the two token vectors.
    """

    query: str
    found: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """Why an item was found. What only some retrievers know stands in classes derived from this.

    Parameters
    ----------
    snippet
        A short passage of the item's text.
    marks
        Character spans in `snippet` that match the query, ascending and disjoint.
    parts
        Score before fusion, by the name of the retriever that gave it.
    """

    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_SHORT.repr(self.snippet)}, {len(self.marks)} marks)"


@dataclass(frozen=True, slots=True, repr=False)
class PageEvidence(Evidence):
    """Where on a page the query was met; the heat map and its like are printed as their numbers.

    Parameters
    ----------
    regions
        Matched passages on the page, strongest first.
    heat
        Words that meet the query, in reading order: the heat map of the page.
    matches
        One entry per query token that late interaction used.
    """

    regions: tuple[Region, ...] = ()
    heat: Sequence[Region] = ()
    matches: tuple[TokenMatch, ...] = ()

    def __repr__(self) -> str:
        return (
            f"PageEvidence({_SHORT.repr(self.snippet)}, {len(self.marks)} marks, "
            f"{len(self.regions)} regions, {len(self.heat)} words, {len(self.matches)} matches)"
        )
