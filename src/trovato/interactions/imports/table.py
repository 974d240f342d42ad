"""A table of interactions with columns of any names: CSV, TSV or Parquet."""

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
from trovato.interactions.imports.text_files import COMPRESSED, first_line
from trovato.interactions.imports.times import parse_times
from trovato.interactions.storage import schema

_BATCH = 1 << 18  # rows
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
    read = _read_parquet if source.suffix == ".parquet" else _read_text
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
    """The sign between columns: the one of comma, tab, semicolon and bar that is there most."""
    return max(",\t;|", key=head.count)


def _read_text(path: Path, options: ImportOptions) -> Iterator[Events]:
    head = first_line(path)
    delimiter = delimiter_of(head)
    heads = next(csv.reader([head], delimiter=delimiter), [])
    columns = find_columns(path, heads, options, ("user", "item"))
    kinds = {column: float if role == "rating" else str for role, column in columns.items()}
    for line, read in read_columns(path, kinds, delimiter):
        yield _events(path, line, {role: read[name] for role, name in columns.items()}, options)


def _read_parquet(path: Path, options: ImportOptions) -> Iterator[Events]:
    pa = schema.arrow()
    line = 1
    try:
        with pa.parquet.ParquetFile(path) as file:
            columns = find_columns(path, file.schema_arrow.names, options, ("user", "item"))
            for batch in file.iter_batches(_BATCH, columns=list(columns.values())):
                read = {role: batch[name] for role, name in columns.items()}
                for role in ("user", "item", "time"):
                    if role in read:
                        read[role] = read[role].cast(pa.string())
                if "rating" in read:
                    read["rating"] = read["rating"].to_numpy(zero_copy_only=False)
                for role, name in columns.items():
                    if getattr(read[role], "null_count", 0):
                        raise UnreadableFileError(f"{path}, row {line} or later: {name} is missing")
                yield _events(path, line, read, options)
                line += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error


def _events(path: Path, line: int, read: dict[str, Any], options: ImportOptions) -> Events:
    rows = len(read["user"])
    times = (
        parse_times(path, line, read["time"], options.time_unit)
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
    name = path.name
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    return name.endswith((".csv", ".tsv", ".txt", ".parquet"))
