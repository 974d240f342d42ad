"""The shapes of the parts that stages meet through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from trovato.core.records import Query, Ranking
from trovato.core.vectors import TokenVectors


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into token vectors.

    Laws (`trovato.testing.check_encoder`): batch size, order and neighbours change nothing beyond
    1e-5; vectors have length 1; spans point into the text; an empty text gives no vectors.
    """

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors of any text would change."""

    @property
    def dim(self) -> int:
        """Components of each vector."""

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """Token vectors of each text of the collection, in order, one text at a time."""

    def encode_query(self, text: str) -> TokenVectors:
        """Token vectors of a question."""


@runtime_checkable
class Retriever(Protocol):
    """Answers a query with a ranking.

    Laws (`trovato.testing.check_retriever`): the same query gives the same ranking; the best k are
    a prefix of the best k+1; every hit exists; evidence points inside the item.
    """

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` items, fewer only when fewer match."""


@runtime_checkable
class Measure(Protocol):
    """Compares one ranking with the truth; prints as its canonical name, such as `nDCG@10`."""

    def __call__(self, ranking: Sequence[str], grades: Mapping[str, int]) -> float:
        """The value for one query: ids from best to worst against grades by id."""
