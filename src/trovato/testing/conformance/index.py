"""The laws of an index: what a search gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from trovato.core import Item, generator
from trovato.core.shapes import Float32
from trovato.index import Collection, Reader
from trovato.testing.conformance.storage.store import unit_vectors


def check_index(
    reopen: Callable[[], Collection],
    *,
    questions: Sequence[str],
    conditions: Mapping[str, Callable[[Item], bool]],
    seed: int = 0,
) -> None:
    """Checks the searches of a collection that holds at least one page.

    Laws, for words and for vectors: opening the collection again changes nothing; the best k are a
    prefix of the best k+1; equal scores stand in order of external id; every hit is published, and
    its MaxSim is that of its own vectors; a filtered search is the whole ranking without the pages
    that do not meet the condition (with unchanged scores). A search through candidates that leaves
    nothing out is the exact one; one that leaves much out is as long, and its scores are exact.

    Parameters
    ----------
    reopen
        Opens the same collection.
    questions
        Some texts; the more of them find something, the more is checked.
    conditions
        Some conditions, each with a function that says of a page whether it meets it.
    seed
        Seed of the random query vectors.

    Raises
    ------
    AssertionError
        If a law is broken.
    """
    collection, again = reopen(), reopen()
    random = generator(seed, "check_index")
    queries = [unit_vectors(random, count, collection.dim) for count in (1, 3, 17)]
    with collection.reader() as reader, again.reader() as other:
        pages = sum(file.pages for file in reader.files())
        searches = [
            *(_lexical(text) for text in questions),
            *(_vectors(query) for query in queries),
        ]
        for search in searches:
            whole = search(reader, pages, "")
            assert whole == search(other, pages, ""), "opening again changed a ranking"
            _check_order(reader, whole)
            for k in range(1, min(len(whole), 12) + 1):
                assert search(reader, k, "") == whole[:k], f"the best {k} are no prefix"
            for filter, meets in conditions.items():
                wanted = [(row, score) for row, score in whole if meets(reader.item(row))]
                for k in (1, max(1, pages // 3), pages):
                    found = search(reader, k, filter)
                    assert found == wanted[:k], f"{filter!r}: {found} is not {wanted[:k]}"
        for query in queries:
            _check_maxsim(reader, query, pages)
            _check_candidates(reader, query, pages, ["", *conditions])
    collection.close()
    again.close()


def _check_candidates(
    reader: Reader, query: Float32[np.ndarray, "query dim"], pages: int, conditions: Sequence[str]
) -> None:
    for filter in conditions:
        exact = reader.search_vectors(query, pages, filter, exact=True).best
        every = reader.search_vectors(query, pages, filter, candidates=pages)
        assert every.best == exact, f"{filter!r}: nothing left out, yet {every.best} is not {exact}"
        scores = dict(exact)
        for k in (1, 2, 5, pages):
            few = reader.search_vectors(query, k, filter, candidates=1)
            assert len(few.best) == min(k, len(exact)), f"{filter!r}: {len(few.best)} of {k} found"
            assert few.scored <= few.eligible, f"{few.scored} of {few.eligible} pages were scored"
            for row, score in few.best:
                assert scores[row] == score, f"row {row} has {score}, exactly {scores[row]}"


_Search = Callable[[Reader, int, str], list[tuple[int, float]]]


def _lexical(text: str) -> _Search:
    return lambda reader, k, filter: reader.search_lexical(text, k, filter)


def _vectors(query: Float32[np.ndarray, "query dim"]) -> _Search:
    return lambda reader, k, filter: reader.search_vectors(query, k, filter, exact=True).best


def _check_order(reader: Reader, ranking: Sequence[tuple[int, float]]) -> None:
    ids = reader.ids_of(row for row, _ in ranking)
    assert len(ids) == len(ranking), "a hit is not published, or stands there twice"
    keys = [(-score, ids[row]) for row, score in ranking]
    assert keys == sorted(keys), f"not by falling score, then by id: {keys}"


def _check_maxsim(reader: Reader, query: Float32[np.ndarray, "query dim"], pages: int) -> None:
    found = reader.search_vectors(query, pages, exact=True).best
    for row, score in found:
        slow = (reader.token_vectors_of(row).values @ query.T).max(axis=0).sum()
        # The kernel may round the query to 8 bits.
        assert abs(score - slow) <= 0.02 * len(query), f"row {row} has {score}, MaxSim is {slow}"
    given = dict(reader.score_vectors(query, [row for row, _ in found]))
    for row, score in found:
        assert given[row] == score, f"row {row} scores {score} in a search, {given[row]} alone"
