"""Search over typed, dated sources: what was in force, from the kind of source that is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from trovato.core import Evidence, InvalidInputError, Item, Query, Ranking, check_many
from trovato.core.shapes import Bool
from trovato.ops import Bm25, character_bigrams, reciprocal_rank_fusion

_MOST_HITS = 1000
# Of each query's ranking; not the number of hits, so that the best k are a prefix of the best k+1.
_DEPTH = 1000
_SNIPPET = 120  # characters


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """Which sources may answer.

    Parameters
    ----------
    types
        Such as "statute"; empty for all.
    day
        Only what was in force then; None for all versions.
    jurisdictions
        Items of these, and items without one; empty for all.
    """

    types: frozenset[str] = frozenset()
    day: date | None = None
    jurisdictions: frozenset[str] = frozenset()


class MultiSourceRetriever:
    """BM25 over character bigrams of sources, fused over several queries; a `core.Retriever`.

    The index lies in memory: some ten thousand articles are a second and a few megabytes. Items say
    what they are by the attributes `source_type`, `jurisdiction`, and `valid_from` and `valid_to`
    as numbers such as 20110501 (see `trovato.data.legal.SourceArticle`).

    Parameters
    ----------
    items
        Of the sources; their title and names of offences are searched with their text.
    sources
        Which of them `retrieve` looks at.
    """

    def __init__(self, items: Iterable[Item], sources: SourceFilter = SourceFilter()) -> None:
        self.items = sorted(items, key=lambda item: item.id)
        self.sources = sources
        self._index = Bm25([character_bigrams(_searched(item)) for item in self.items])
        self._types = [str(item.attributes.get("source_type", item.kind)) for item in self.items]
        self._places = [str(item.attributes.get("jurisdiction", "")) for item in self.items]
        self._from = np.array([_day(item, "valid_from", 0) for item in self.items], np.int64)
        self._to = np.array([_day(item, "valid_to", 99_991_231) for item in self.items], np.int64)

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` items for the query's text, of the retriever's own sources.

        Raises
        ------
        InvalidInputError
            As `search`.
        """
        return self.search([query.text], k, self.sources)

    def search(
        self, texts: Sequence[str], k: int, sources: SourceFilter = SourceFilter()
    ) -> Ranking:
        """The best `k` items for several texts, such as facts, charges and factors.

        One text ranks by BM25; several rankings are fused by reciprocal ranks.

        Raises
        ------
        InvalidInputError
            If `k` is not in 1…1000, or no text says anything.
        """
        check_many("texts", texts)
        if not 1 <= k <= _MOST_HITS:
            raise InvalidInputError(f"k must be between 1 and {_MOST_HITS}, got {k}")
        asked = [list(dict.fromkeys(character_bigrams(text))) for text in texts]
        asked = [terms for terms in asked if terms]
        if not asked:
            raise InvalidInputError("the query is blank; ask with at least one word")
        allowed = self._allowed(sources)
        rankings = [self._ranked(terms, allowed) for terms in asked]
        if len(rankings) == 1:
            scored = rankings[0]
        else:
            scored = reciprocal_rank_fusion([list(ranking) for ranking in rankings])
        best = sorted(scored, key=lambda place: (-scored[place], place))[:k]
        terms = [term for terms in asked for term in terms]
        return Ranking.of(
            [
                (self.items[place], scored[place], _why(self.items[place], terms, scored[place]))
                for place in best
            ]
        )

    def in_force(self, day: date | None, types: Iterable[str] = ("statute",)) -> dict[str, Item]:
        """Articles by number as they were on a day; without one, as they are after all changes."""
        check_many("types", types)
        allowed = self._allowed(SourceFilter(frozenset(types), day))
        found: dict[str, tuple[int, Item]] = {}
        for place in np.flatnonzero(allowed).tolist():
            item = self.items[place]
            number = str(item.attributes.get("article", ""))
            since = int(self._from[place])
            if number and (number not in found or since >= found[number][0]):
                found[number] = (since, item)
        return {number: item for number, (_, item) in found.items()}

    def _ranked(self, terms: list[str], allowed: Bool[np.ndarray, " items"]) -> dict[int, float]:
        scores = np.where(allowed, self._index.scores(terms), 0.0)
        order = np.argsort(-scores, kind="stable")[:_DEPTH]
        return {place: float(scores[place]) for place in order.tolist() if scores[place] > 0}

    def _allowed(self, sources: SourceFilter) -> Bool[np.ndarray, " items"]:
        allowed: Bool[np.ndarray, " items"] = np.ones(len(self.items), bool)
        if sources.types:
            allowed &= np.array([one in sources.types for one in self._types], bool)
        if sources.jurisdictions:
            wanted = sources.jurisdictions | {""}
            allowed &= np.array([one in wanted for one in self._places], bool)
        if sources.day is not None:
            day = sources.day.year * 10_000 + sources.day.month * 100 + sources.day.day
            allowed &= (self._from <= day) & (day <= self._to)
        return allowed


def _searched(item: Item) -> str:
    names = (str(item.attributes.get(key, "")) for key in ("law", "offences"))
    return " ".join([*names, item.text])


def _day(item: Item, key: str, otherwise: int) -> int:
    value = item.attributes.get(key, otherwise)
    return int(value) if isinstance(value, int | float) else otherwise


def _why(item: Item, terms: Sequence[str], score: float) -> Evidence:
    """The line of the item that shares most terms with the query, and where it does."""
    wanted = set(terms)
    lines = item.text.split("\n") or [""]
    line = max(lines, key=lambda one: len(wanted & set(character_bigrams(one))))[:_SNIPPET]
    met = np.zeros(len(line) + 1, bool)
    for term in wanted:
        place = line.lower().find(term)
        while place >= 0:
            met[place : place + len(term)] = True
            place = line.lower().find(term, place + 1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], met]).astype(np.int8))).tolist()
    marks = tuple(zip(edges[::2], edges[1::2], strict=True))
    return Evidence(snippet=line, marks=marks, parts={"bm25": score})
