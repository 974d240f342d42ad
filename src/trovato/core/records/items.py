"""The words that all stages share: what is found, what is asked, what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from reprlib import Repr
from typing import overload

from trovato.core.arguments import check_many
from trovato.core.errors import InvalidInputError
from trovato.core.records.boxes import Box
from trovato.core.records.signal import Signal

Attribute = str | int | float

# What is printed of a record stays readable whatever it holds.
_SHORT = Repr()
_SHORT.maxstring = 48


@dataclass(frozen=True, slots=True)
class Location:
    """Where an item comes from.

    Parameters
    ----------
    file
        Path of the file, relative to the folder that was indexed, with `/` between its parts.
    page
        Page number in that file, from 1.
    box
        The part of the page, or None for the whole page.
    """

    file: str
    page: int = 1
    box: Box | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """Something that can be found; its text is printed shortened."""

    id: str
    kind: str
    text: str
    location: Location | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)

    def __repr__(self) -> str:
        name, kind, text = map(_SHORT.repr, (self.id, self.kind, self.text))
        return f"Item({name}, {kind}, {text})"


@dataclass(frozen=True, slots=True)
class Query:
    """What someone wants. The fields that are set say which kind of query it is.

    Parameters
    ----------
    text
        The question in words.
    filter
        Conditions on attributes that every hit must meet, in the language of `trovato.index`.
    history
        Ids of items that someone has seen and cared for, oldest first.
    moment
        Label of the newest bin of time that is known: what comes after it is asked for.

    Raises
    ------
    InvalidInputError
        If the history is one text.
    """

    text: str = ""
    filter: str = ""
    history: tuple[str, ...] = ()
    moment: str = ""

    def __post_init__(self) -> None:
        check_many("the history", self.history)


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
    """Why an item was found; the heat map and its like are printed as their numbers.

    Parameters
    ----------
    snippet
        A short passage of the item's text.
    marks
        Character spans in `snippet` that match the query, ascending and disjoint.
    regions
        Matched passages on the page, strongest first.
    heat
        Words that meet the query, in reading order: the heat map of the page.
    matches
        One entry per query token that late interaction used.
    parts
        Score before fusion, by the name of the retriever that gave it.
    signals
        What a forecast rests on.
    """

    snippet: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    regions: tuple[Region, ...] = ()
    heat: tuple[Region, ...] = ()
    matches: tuple[TokenMatch, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()

    def __repr__(self) -> str:
        return (
            f"Evidence({_SHORT.repr(self.snippet)}, {len(self.marks)} marks, "
            f"{len(self.regions)} regions, {len(self.heat)} words, {len(self.matches)} matches)"
        )


@dataclass(frozen=True, slots=True, repr=False)
class Hit:
    """One found item with its score and the reason; larger scores are better."""

    item: Item
    score: float
    rank: int
    evidence: Evidence = field(default_factory=Evidence)

    def __repr__(self) -> str:
        name, snippet = map(_SHORT.repr, (self.item.id, self.evidence.snippet))
        return f"Hit({self.rank}, {name}, score={self.score:.4g}, {snippet})"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a collection a ranking looked at closely.

    Parameters
    ----------
    scored, eligible
        Items whose exact score was computed, and items that met the conditions.
    exact
        Whether no other item can be among the best.
    recall
        Share of the ten best items to expect: 1 where `exact`, else an estimate.
    """

    scored: int
    eligible: int
    exact: bool
    recall: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits from best to worst: by falling score, ties by rising item id; ranks start at 1.

    Its coverage is that of the search through vectors, where there was one.
    """

    hits: tuple[Hit, ...]
    coverage: Coverage | None = None

    def __post_init__(self) -> None:
        keys = [(-hit.score, hit.item.id) for hit in self.hits]
        if keys != sorted(keys):
            raise InvalidInputError("hits must be sorted by falling score, then by item id")
        if [hit.rank for hit in self.hits] != list(range(1, len(self.hits) + 1)):
            raise InvalidInputError("ranks must count 1, 2, 3 … without gaps")

    @staticmethod
    def of(
        scored: Iterable[tuple[Item, float, Evidence]], coverage: Coverage | None = None
    ) -> Ranking:
        """A ranking of items in any order: sorts them and numbers them."""
        ordered = sorted(scored, key=lambda entry: (-entry[1], entry[0].id))
        return Ranking(
            tuple(
                Hit(item, score, rank, evidence)
                for rank, (item, score, evidence) in enumerate(ordered, start=1)
            ),
            coverage,
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """Item ids, best first."""
        return tuple(hit.item.id for hit in self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    @overload
    def __getitem__(self, rank: int) -> Hit: ...
    @overload
    def __getitem__(self, rank: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, rank: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[rank]
