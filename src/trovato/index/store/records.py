"""What a collection says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trovato.core import Attribute, Item, TextLayout, TokenVectors
from trovato.index.vectors.format import VectorFormat


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A published file.

    Parameters
    ----------
    name
        Path below the folder that was indexed; unique in its collection.
    digest
        Hash of its content when it was indexed.
    kind
        Such as "pdf".
    bytes
        Size of the file itself.
    pages, tokens
        Pages, and token vectors on them.
    attributes
        Facts that hold for all of its pages.
    whole
        Whether it is an item of its own, whose id is the name; else its pages are the items.
    """

    name: str
    digest: str
    kind: str
    bytes: int
    pages: int
    tokens: int
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StoredPage:
    """A published page.

    Parameters
    ----------
    item
        With its text.
    layout
        Where its words stand.
    vectors
        The vector that stands for each of its tokens.
    """

    item: Item
    layout: TextLayout
    vectors: TokenVectors


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, its content's hash at that time, and the reason."""

    name: str
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class VectorHits:
    """Rows and scores of the best pages, best first, and how they were found.

    Parameters
    ----------
    best
        Rows and exact scores.
    scored
        Pages whose exact score was computed.
    eligible
        Pages that meet the conditions.
    exact
        Whether no other page can be among them.
    recall
        Share of the ten best pages to expect among them: 1 where `exact`, else what was measured
        for so many candidates when the centroids were made.
    """

    best: list[tuple[int, float]]
    scored: int
    eligible: int
    exact: bool
    recall: float


@dataclass(frozen=True, slots=True)
class Stats:
    """What a collection holds.

    Parameters
    ----------
    files, pages, tokens
        Published files, their pages, and the tokens on them.
    failures
        Files that could not be read.
    vectors
        Vectors that stand for tokens: fewer than those where pages are pooled, more where some
        belong to what was deleted lately.
    vector_format
        How new vectors are stored.
    bytes
        Length of all files of the collection on disk.
    format
        Version of the format.
    fingerprint, dim
        The encoder that made the vectors, and their components.
    """

    files: int
    pages: int
    tokens: int
    failures: int
    vectors: int
    vector_format: VectorFormat
    bytes: int
    format: int
    fingerprint: str
    dim: int
