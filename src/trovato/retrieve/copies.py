"""Pages of identical files as one hit."""

from __future__ import annotations

from collections.abc import Mapping

from trovato.index import Reader


def first_of_each_file(
    reader: Reader, ranked: Mapping[int, float], k: int
) -> tuple[dict[int, float], dict[str, tuple[str, ...]]]:
    """The best `k` rows that are no copies of another, and the ids of those that each stands for.

    A copy has the same text, in a file of the very same bytes or as an item of which all else is
    the same too. Files that only read the same, such as a text and its scan, stay apart, and items
    without text are copies of nothing. Copies are looked for as far as the ranking was read.

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
    Rows and scores, best first; and ids of further items by the id of the one they copy.
    """
    kept: dict[int, float] = {}
    first: dict[tuple[str, str], str] = {}
    copies: dict[str, tuple[str, ...]] = {}
    every = list(ranked)
    for start in range(0, len(every), k):
        rows = every[start : start + k]
        for row, item in zip(rows, reader.items(rows), strict=True):
            content = reader.file_of(row).digest, item.text
            if content in first:
                copies[first[content]] = (*copies.get(first[content], ()), item.id)
            elif len(kept) < k:
                kept[row] = ranked[row]
                if item.text:
                    first[content] = item.id
        if len(kept) == k:
            break
    return kept, copies
