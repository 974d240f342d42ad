"""The words that all stages share: what is found, what is asked, what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from reprlib import Repr
from typing import overload

from trovato.core.arguments import check_many
from trovato.core.errors import InvalidInputError
from trovato.core.records.boxes import Box
from trovato.core.records.evidence import Evidence

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


@dataclass(frozen=True, slots=True)
class Link:
    """One item points to another.

    Parameters
    ----------
    target
        Id of the other item, which may not be there yet: such a link is dangling until it is.
    text
        The words that stand for the link.
    span
        Characters of the item's text that these words take: first, and one past the last. None
        where the link stands at no place in the text.

    Raises
    ------
    InvalidInputError
        If the target is empty, or the span goes backwards.
    """

    target: str
    text: str = ""
    span: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if not self.target:
            raise InvalidInputError("a link needs the id of an item as its target, got none")
        if self.span is not None and not 0 <= self.span[0] <= self.span[1]:
            raise InvalidInputError(
                f"the span of a link is its first character and one past the last, got {self.span}"
            )


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """Something that can be found; its text is printed shortened.

    Parameters
    ----------
    id
        Unique in its collection, and unchanged wherever it comes back.
    kind
        Such as "page", "table" or "picture".
    text
        What it says in words.
    location
        The place in a file that it comes from.
    attributes
        Facts by name.
    parent
        Id of the item that it is a part of; None for a whole one.
    order
        Its place among the parts of its parent, from 0.
    image
        Path of its picture, if it has one.
    links
        What it points to.

    Raises
    ------
    InvalidInputError
        If it is its own parent, or the order is negative.

    Examples
    --------
    >>> note = Item("note-1", "text", "The key hangs here.", attributes={"year": 1998})
    >>> note.attributes["year"]
    1998
    """

    id: str
    kind: str
    text: str = ""
    location: Location | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    parent: str | None = None
    order: int = 0
    image: str | None = None
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        if self.parent == self.id:
            raise InvalidInputError(f"the item {self.id!r} cannot be a part of itself")
        if self.order < 0:
            raise InvalidInputError(f"the order of parts counts from 0, got {self.order}")

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
    image
        Id of a picture that is there, or the path of a file: what is asked for looks like it.
    edit
        What should be different from that picture, such as "but red".

    Raises
    ------
    InvalidInputError
        If the history is one text.

    Examples
    --------
    >>> Query("Where does the key hang?", filter="year>=1990").text
    'Where does the key hang?'
    """

    text: str = ""
    filter: str = ""
    history: tuple[str, ...] = ()
    moment: str = ""
    image: str = ""
    edit: str = ""

    def __post_init__(self) -> None:
        check_many("the history", self.history)


@dataclass(frozen=True, slots=True, repr=False)
class Hit:
    """One found item with its score and the reason; larger scores are better.

    Parameters
    ----------
    item, score, rank
        What was found; ranks start at 1.
    evidence
        Why.
    copies
        Ids of the same item in identical files, where they are not hits of their own.

    Examples
    --------
    >>> from trovato import Item
    >>> Hit(Item("note-1", "text", "The key hangs here."), 0.75, rank=1).item.id
    'note-1'
    """

    item: Item
    score: float
    rank: int
    evidence: Evidence = field(default_factory=Evidence)
    copies: tuple[str, ...] = ()

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
class QueryReading:
    """How the words of a question were understood.

    Parameters
    ----------
    corrections
        Words that no item holds, and the near ones that were asked for in their place.
    unmatched
        Words and phrases that no item holds, and nothing near them either.
    known
        Share of the words asked for that some item holds, numbers also as parts of others.
    """

    corrections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    known: float = 1.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits from best to worst: by falling score, ties by rising item id; ranks start at 1.

    Its coverage is that of the search through vectors, where there was one; its reading that of the
    question's words.

    Examples
    --------
    >>> from trovato import Hit, Item
    >>> hit = Hit(Item("note-1", "text", "The key hangs here."), 0.75, rank=1)
    >>> [one.item.id for one in Ranking((hit,))]
    ['note-1']
    """

    hits: tuple[Hit, ...]
    coverage: Coverage | None = None
    reading: QueryReading | None = None

    def __post_init__(self) -> None:
        keys = [(-hit.score, hit.item.id) for hit in self.hits]
        if keys != sorted(keys):
            raise InvalidInputError("hits must be sorted by falling score, then by item id")
        if [hit.rank for hit in self.hits] != list(range(1, len(self.hits) + 1)):
            raise InvalidInputError("ranks must count 1, 2, 3 … without gaps")

    @staticmethod
    def of(
        scored: Iterable[tuple[Item, float, Evidence]],
        coverage: Coverage | None = None,
        reading: QueryReading | None = None,
    ) -> Ranking:
        """A ranking of items in any order: sorts them and numbers them."""
        ordered = sorted(scored, key=lambda entry: (-entry[1], entry[0].id))
        return Ranking(
            tuple(
                Hit(item, score, rank, evidence)
                for rank, (item, score, evidence) in enumerate(ordered, start=1)
            ),
            coverage,
            reading,
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """Item ids, best first."""
        return tuple(hit.item.id for hit in self.hits)

    def by_file(self) -> dict[str, tuple[Hit, ...]]:
        """Hits by the file that they lie in, that of the best hit first.

        A hit without a place stands under its own id.
        """
        files: dict[str, tuple[Hit, ...]] = {}
        for hit in self.hits:
            place = hit.item.location
            name = place.file if place else hit.item.id
            files[name] = (*files.get(name, ()), hit)
        return files

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
