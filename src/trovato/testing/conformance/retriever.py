"""The laws of a retriever."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from trovato.core import InvalidInputError, PageEvidence, Query, Retriever


def check_retriever(
    retriever: Retriever, queries: Sequence[Query], existing: Collection[str], k: int = 5
) -> None:
    """Assert what every retriever promises.

    Parameters
    ----------
    retriever
        What is tested.
    queries
        Questions to ask, some of which find something.
    existing
        Ids of all items there are.
    k
        How deep to look.

    Raises
    ------
    AssertionError
        If the same query gives another ranking, the best k are no prefix of the best k + 1, a hit
        does not exist, evidence points outside its item, or a k below 1 is not refused.
    """
    found = 0
    for query in queries:
        ranking = retriever.retrieve(query, k)
        found += len(ranking)
        again = retriever.retrieve(query, k)
        assert again.ids == ranking.ids, f"{query} gives another ranking the second time"
        longer = retriever.retrieve(query, k + 1)
        assert longer.ids[: len(ranking)] == ranking.ids, f"the best {k} are no prefix: {query}"
        assert len(ranking) <= k, f"more than {k} hits for {query}"
        for hit in ranking:
            assert hit.item.id in existing, f"{hit.item.id} does not exist"
            evidence = hit.evidence
            for start, end in evidence.marks:
                assert 0 <= start < end <= len(evidence.snippet), "a mark lies outside the snippet"
            if isinstance(evidence, PageEvidence):
                _check_on_page(evidence, hit.item.text)
    assert found, "no query found anything: nothing was tested"
    for refused in (0, -1):
        try:
            retriever.retrieve(queries[0], refused)
        except InvalidInputError:
            continue
        raise AssertionError(f"k = {refused} is not refused")


def _check_on_page(evidence: PageEvidence, text: str) -> None:
    for match in evidence.matches:
        assert 0 <= match.start < match.end <= len(text), "a match outside the text"
    for region in (*evidence.regions, *evidence.heat):
        assert 0 < region.weight <= 1, f"a weight of {region.weight}"
        assert region.box.left >= 0, "a region off the page"
        assert region.box.top >= 0, "a region off the page"
