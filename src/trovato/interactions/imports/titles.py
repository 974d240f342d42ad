"""Titles of items, kept with a log."""

from __future__ import annotations

from pathlib import Path

from trovato.core import InvalidInputError, atomic_path
from trovato.interactions.imports.delimited import read_columns
from trovato.interactions.imports.options import ImportOptions
from trovato.interactions.imports.table import find_columns, heads_of
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import LogLayout

_USUAL = (
    "title",
    "name",
    "movietitle",
    "booktitle",
    "itemname",
    "producttitle",
    "trackname",
    "songname",
)


def write_titles(path: Path, layout: LogLayout, options: ImportOptions = ImportOptions()) -> int:
    """Bring the items of a table with titles to `metadata/item_titles.parquet`.

    Parameters
    ----------
    path
        CSV, TSV, or an `.item` file of RecBole (whose heads end with their kinds).
    layout
        Of the log.
    options
        Their `encoding` and `title_columns` hold for titles.

    Returns
    -------
    How many titles there are.

    Raises
    ------
    InvalidInputError
        If no column holds titles.
    UnreadableFileError
        If the file cannot be read.
    """
    pa = schema.arrow()
    delimiter, heads = heads_of(path, options.encoding, options.title_columns)
    plain = [one.split(":")[0] for one in heads]
    item = find_columns(path, plain, ImportOptions(), ("item",))["item"]
    letters = {"".join(filter(str.isalnum, one)).lower(): one for one in reversed(plain)}
    title = next((letters[one] for one in _USUAL if one in letters), None)
    if title is None:
        raise InvalidInputError(
            f"{path} has no column of titles, such as title or name: it has {', '.join(plain)}"
        )
    wanted = [heads[plain.index(one)] for one in (item, title)]
    items, titles = list[str](), list[str]()
    for _, read in read_columns(
        path,
        dict.fromkeys(wanted, str),
        delimiter,
        empty=True,
        encoding=options.encoding,
        heads=heads if options.title_columns else (),
    ):
        items += read[wanted[0]].to_pylist()
        titles += (" ".join(one.split()) for one in read[wanted[1]].to_pylist())
    with atomic_path(layout.item_titles) as part:
        table = pa.table({"name": items, "title": titles})
        pa.parquet.write_table(table, part, compression="zstd")
    return len(items)
