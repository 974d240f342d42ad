"""Pages with the same text as one hit."""

from __future__ import annotations

from collections.abc import Mapping

from trovato.index import Reader


def first_of_each_text(
    reader: Reader, ranked: Mapping[int, float], k: int
) -> tuple[dict[int, float], dict[str, tuple[str, ...]]]:
    """The best `k` rows whose texts differ, and the ids of those that each stands for.

    Pages without text are copies of nothing. Copies are looked for as far as the ranking was read.

    Parameters
    ----------
    reader
        A view of the collection.
    ranked
        Rows and scores, best first.
    k
        At least 1.

    Returns
    -------
    Rows and scores, best first; and ids of further items by the id of the first with their text.
    """
    kept: dict[int, float] = {}
    first: dict[str, str] = {}
    copies: dict[str, tuple[str, ...]] = {}
    every = list(ranked)
    for start in range(0, len(every), k):
        rows = every[start : start + k]
        for row, item in zip(rows, reader.items(rows), strict=True):
            text = " ".join(item.text.split())
            if text in first:
                copies[first[text]] = (*copies.get(first[text], ()), item.id)
            elif len(kept) < k:
                kept[row] = ranked[row]
                if text:
                    first[text] = item.id
        if len(kept) == k:
            break
    return kept, copies
