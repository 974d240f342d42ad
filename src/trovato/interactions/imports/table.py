"""A table of interactions with columns of any names: CSV, TSV, JSON lines or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.interactions.imports.delimited import read_columns
from trovato.interactions.imports.events import Events, Part
from trovato.interactions.imports.options import ImportOptions
from trovato.interactions.imports.text_files import (
    COMPRESSED,
    DOUBLE_COLON,
    first_line,
    open_bytes,
)
from trovato.interactions.imports.times import parse_times
from trovato.interactions.storage import schema

_BATCH = 1 << 18  # rows
_BLOCK = 1 << 22  # bytes
# What columns are usually called, in small letters without signs between words.
USUAL = {
    "user": ("userid", "user", "uid", "customerid", "reviewerid", "visitorid", "memberid"),
    "item": (
        *("itemid", "item", "iid", "movieid", "productid", "parentasin", "asin", "businessid"),
        *("trackid", "songid", "videoid", "bookid", "isbn", "articleid"),
    ),
    "rating": ("rating", "stars", "score", "overall", "bookrating"),
    "time": ("timestamp", "time", "ts", "date", "datetime", "unixreviewtime", "createdat"),
}


def find_table(source: Path, options: ImportOptions) -> tuple[Part, ...]:
    """One file with a row for each interaction.

    Raises
    ------
    InvalidInputError
        If the source is no single file.
    """
    if not source.is_file():
        raise InvalidInputError(
            f"wanted one file with a table, {source} is a folder: name the file"
        )
    named = _plain_name(source)
    read = _read_text
    if named.endswith(".parquet"):
        read = _read_parquet
    elif named.endswith((".json", ".jsonl", ".ndjson")):
        read = _read_json
    return (Part("", (source,), partial(read, options=options)),)


def find_columns(
    path: Path, heads: Sequence[str], options: ImportOptions, needed: Sequence[str]
) -> dict[str, str]:
    """Which column is the user, the item, the rating and the time, as far as they are there.

    Raises
    ------
    InvalidInputError
        If a column that was named, or one that is needed, is not there; the message lists those
        that are.
    """
    plain = {"".join(filter(str.isalnum, head)).lower(): head for head in reversed(heads)}
    found = {}
    for role, usual in USUAL.items():
        named = getattr(options, role)
        if named and named not in heads:
            raise InvalidInputError(f"{path} has no column {named!r}: it has {', '.join(heads)}")
        column = named or next((plain[one] for one in usual if one in plain), "")
        if column:
            found[role] = column
        elif role in needed:
            raise InvalidInputError(
                f"which column of {path} is the {role}? Say it with --{role}; it has "
                f"{', '.join(heads)}"
            )
    return found


def delimiter_of(head: str) -> str:
    """The sign between columns: `::`, or of comma, tab, semicolon and bar the most frequent."""
    return DOUBLE_COLON if DOUBLE_COLON in head else max(",\t;|", key=head.count)


def heads_of(path: Path, encoding: str, named: str) -> tuple[str, list[str]]:
    """The sign between columns, and their names: those of the first line, or those given.

    Raises
    ------
    InvalidInputError
        If more names are given than there are columns.
    UnreadableFileError
        If the file cannot be read.
    """
    head = first_line(path, encoding)
    delimiter = delimiter_of(head)
    if delimiter == DOUBLE_COLON:
        heads = head.split(DOUBLE_COLON)
    else:
        heads = next(csv.reader([head], delimiter=delimiter), [])
    if not named:
        return delimiter, heads
    given = [one.strip() for one in named.split(",")]
    if len(given) > len(heads):
        raise InvalidInputError(
            f"{len(given)} names of columns are given ({named}), and the first line of {path} has "
            f"{len(heads)} columns: {', '.join(heads)}"
        )
    return delimiter, [*given, *(f"column {n + 1}" for n in range(len(given), len(heads)))]


def _read_text(path: Path, options: ImportOptions) -> Iterator[Events]:
    delimiter, heads = heads_of(path, options.encoding, options.columns)
    columns = find_columns(path, heads, options, ("user", "item"))
    kinds = {column: float if role == "rating" else str for role, column in columns.items()}
    given = heads if options.columns else ()
    for line, read in read_columns(path, kinds, delimiter, encoding=options.encoding, heads=given):
        yield _events(path, line, {role: read[name] for role, name in columns.items()}, options)


def _read_json(path: Path, options: ImportOptions) -> Iterator[Events]:
    pa = schema.arrow()
    import pyarrow.json as lines

    row = 1
    try:
        with open_bytes(path) as file:
            reader = lines.open_json(
                pa.PythonFile(file, mode="r"),
                read_options=lines.ReadOptions(use_threads=False, block_size=_BLOCK),
            )
            columns = find_columns(path, reader.schema.names, options, ("user", "item"))
            for batch in reader:
                yield _events(path, row, _by_role(path, row, batch, columns), options)
                row += batch.num_rows
    except (pa.ArrowException, OSError, EOFError) as error:
        raise UnreadableFileError(f"cannot read {path} as JSON lines: {error}") from error


def _read_parquet(path: Path, options: ImportOptions) -> Iterator[Events]:
    pa = schema.arrow()
    line = 1
    try:
        with pa.parquet.ParquetFile(path) as file:
            columns = find_columns(path, file.schema_arrow.names, options, ("user", "item"))
            for batch in file.iter_batches(_BATCH, columns=list(columns.values())):
                yield _events(path, line, _by_role(path, line, batch, columns), options)
                line += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error


def _by_role(path: Path, row: int, batch: Any, columns: dict[str, str]) -> dict[str, Any]:
    """Texts of users, items and times, and numbers of ratings, of a batch of Arrow's."""
    pa = schema.arrow()
    read = {}
    for role, name in columns.items():
        if batch[name].null_count:
            raise UnreadableFileError(f"{path}, row {row} or later: {name} is missing")
        kind = pa.float64() if role == "rating" else pa.string()
        read[role] = batch[name].cast(kind)
    if "rating" in read:
        read["rating"] = read["rating"].to_numpy(zero_copy_only=False)
    return read


def _events(path: Path, line: int, read: dict[str, Any], options: ImportOptions) -> Events:
    rows = len(read["user"])
    times = (
        parse_times(path, line, read["time"], options.time_unit, options.time_format)
        if "time" in read
        else np.zeros(rows, np.int64)
    )
    liked = np.ones(rows, bool)
    highest = 0.0
    if "rating" in read:
        ratings = np.asarray(read["rating"], np.float64)
        liked, highest = ratings >= options.like_from, float(ratings.max(initial=0.0))
    return Events(times, read["user"], read["item"], {"like": liked}, highest_rating=highest)


def is_table(path: Path) -> bool:
    """Whether a file looks like a table by its name."""
    known = (".csv", ".tsv", ".txt", ".dat", ".data", ".json", ".jsonl", ".ndjson", ".parquet")
    return _plain_name(path).endswith(known)


def _plain_name(path: Path) -> str:
    """The name without the end that says how it is compressed."""
    name = path.name
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    return name
