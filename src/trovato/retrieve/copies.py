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
    alike: dict[str, list[tuple[int, str]]] = {}
    copies: dict[str, tuple[str, ...]] = {}
    every = list(ranked)
    for start in range(0, len(every), k):
        rows = every[start : start + k]
        for row, item in zip(rows, reader.items(rows), strict=True):
            same = alike.setdefault(item.text, []) if item.text else []
            original = _of_the_same_file(reader, row, same)
            if original is not None:
                copies[original] = (*copies.get(original, ()), item.id)
            elif len(kept) < k:
                kept[row] = ranked[row]
                same.append((row, item.id))
        if len(kept) == k:
            break
    return kept, copies


def _of_the_same_file(reader: Reader, row: int, among: list[tuple[int, str]]) -> str | None:
    """The id of the one whose file has the same bytes as that of a row."""
    if not among:  # as nearly always: no file is asked for
        return None
    content = reader.file_of(row).digest
    return next((name for other, name in among if reader.file_of(other).digest == content), None)
