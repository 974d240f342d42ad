"""The formats that can be read, by name: which files, and what their columns become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, UnreadableFileError, fields
from trovato.interactions.imports.delimited import read_columns
from trovato.interactions.imports.events import Events, Part, whole_ids
from trovato.interactions.imports.options import ImportOptions
from trovato.interactions.imports.table import find_table, is_table
from trovato.interactions.imports.text_files import find_files, first_line, open_text
from trovato.interactions.imports.times import milliseconds
from trovato.interactions.storage import schema

_SECOND = 1000  # milliseconds
_BATCH = 1 << 18  # rows


def _kuairand(source: Path, options: ImportOptions) -> tuple[Part, ...]:
    """`log_standard_*.csv`, and apart from it the randomly exposed rows of `log_random_*.csv`.

    Source: Gao et al., "KuaiRand", CIKM 2022.
    """
    standard, random = (find_files(source, f"log_{name}_*.csv") for name in ("standard", "random"))
    if not standard:
        raise InvalidInputError(f"{source} holds no log_standard_*.csv: it is no log of KuaiRand")
    read = partial(_read_kuairand, text_ids=options.text_ids)
    parts = (Part("", standard, read),)
    return (*parts, Part("random", random, read)) if random else parts


_KUAIRAND = {
    "like": "is_like",
    "dislike": "is_hate",
    "share": "is_forward",
    "click_on_author": "is_profile_enter",
    "open_comments": "is_comment",
}


def _read_kuairand(path: Path, text_ids: bool) -> Iterator[Events]:
    numbers = ["user_id", "video_id", "time_ms", "play_time_ms", "tab", *_KUAIRAND.values()]
    timed = "duration_ms" in first_line(path).split(",")
    if timed:
        numbers.append("duration_ms")
    for line, read in read_columns(path, dict.fromkeys(numbers, int), ","):
        yield Events(
            read["time_ms"],
            whole_ids(path, "user_id", read["user_id"], line, text_ids),
            whole_ids(path, "video_id", read["video_id"], line, text_ids),
            {
                fields.PLACE: read["tab"],
                fields.TIMESPENT: np.clip(read["play_time_ms"] // _SECOND, 0, 255),
                **{name: read[theirs] != 0 for name, theirs in _KUAIRAND.items()},
            },
            read["duration_ms"] // _SECOND if timed else None,
        )


def _yambda(source: Path, options: ImportOptions) -> tuple[Part, ...]:
    """The flat form: `multi_event.parquet`, or `listens.parquet`.

    Source: Ploshkin et al., "Yambda-5B", 2025.
    """
    for name in ("multi_event.parquet", "listens.parquet"):
        files = find_files(source, name)
        if files:
            return (Part("", files, partial(_read_yambda, text_ids=options.text_ids)),)
    raise InvalidInputError(f"{source} holds no multi_event.parquet and no listens.parquet")


def _read_yambda(path: Path, text_ids: bool) -> Iterator[Events]:
    pa = schema.arrow()
    wanted = ["uid", "item_id", "timestamp", "is_organic"]
    listened = ["played_ratio_pct", "track_length_seconds"]
    row = 0
    try:
        with pa.parquet.ParquetFile(path) as file:
            there = file.schema_arrow.names
            missing = [name for name in (*wanted, *listened) if name not in there]
            if missing:
                raise UnreadableFileError(f"{path} has no column {missing[0]!r}")
            kind = ["event_type"] if "event_type" in there else []
            groups = range(file.num_row_groups)  # one at a time: what was read is let go of
            names = [*wanted, *listened, *kind]
            for batch in (
                batch
                for group in groups
                for batch in file.iter_batches(_BATCH, row_groups=[group], columns=names)
            ):
                for name in wanted:
                    if batch[name].null_count:
                        at = int(np.flatnonzero(batch[name].is_null().to_numpy(False))[0])
                        raise UnreadableFileError(f"{path}, row {row + at}: {name} has no value")
                row += batch.num_rows
                yield _yambda_events(path, batch, bool(kind), text_ids)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error


def _yambda_events(path: Path, batch: Any, mixed: bool, text_ids: bool) -> Events:
    """Listens with their seconds, likes and dislikes; undone ones are not kept."""
    pa = schema.arrow()
    said = np.full(batch.num_rows, "listen")
    if mixed:
        said = batch["event_type"].cast(pa.string()).to_numpy(zero_copy_only=False).astype(str)
        known = ("listen", "like", "dislike", "unlike", "undislike")
        strange = said[~np.isin(said, known)]
        if len(strange):
            raise UnreadableFileError(
                f"{path}: event_type must be one of {', '.join(known)}, got {str(strange[0])!r}"
            )
    kept = ~np.isin(said, ("unlike", "undislike"))
    share, length = (
        batch[name].fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        for name in ("played_ratio_pct", "track_length_seconds")
    )
    ids = [batch[name].to_numpy().astype(np.int64)[kept] for name in ("uid", "item_id")]
    return Events(
        batch["timestamp"].to_numpy().astype(np.int64)[kept] * _SECOND,
        whole_ids(path, "uid", ids[0], 0, text_ids),
        whole_ids(path, "item_id", ids[1], 0, text_ids),
        {
            fields.PLACE: batch["is_organic"].to_numpy(zero_copy_only=False)[kept],
            fields.TIMESPENT: np.clip(share * length // 100, 0, 255)[kept],
            "like": (said == "like")[kept],
            "dislike": (said == "dislike")[kept],
        },
        length[kept],
    )


def _microlens(source: Path, options: ImportOptions) -> tuple[Part, ...]:
    """`*_pairs.csv` (user, item, timestamp), or `*_pairs.tsv`: a user, and the items in order.

    Source: Ni et al., "A content-driven micro-video recommendation dataset at scale", 2023.
    """
    del options
    for pattern, read in (("*_pairs.csv", _read_pairs), ("*_pairs.tsv", _read_sequences)):
        files = find_files(source, pattern)
        if files:
            return (Part("", files, read),)
    raise InvalidInputError(f"{source} holds no *_pairs.csv and no *_pairs.tsv")


def _read_pairs(path: Path) -> Iterator[Events]:
    kinds = {"user": str, "item": str, "timestamp": int}
    for _, read in read_columns(path, kinds, ","):
        yield Events(read["timestamp"], read["user"], read["item"], _commented(len(read["user"])))


def _read_sequences(path: Path) -> Iterator[Events]:
    """One line for each user; there is no time but the order of a user's items."""
    pa = schema.arrow()
    users, items = list[str](), list[str]()
    try:
        with open_text(path) as file:
            for number, line in enumerate(file, 1):
                user, tab, rest = line.rstrip("\r\n").partition("\t")
                seen = rest.split(" ")
                if not user or not tab or not all(seen):
                    raise UnreadableFileError(
                        f"{path}, line {number}: wanted a user, a tab, and items with single "
                        f"spaces between them, got {line[:60]!r}"
                    )
                users += [user] * len(seen)
                items += seen
                if len(users) >= _BATCH:
                    yield _sequence(pa, users, items)
                    users, items = [], []
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    if users:
        yield _sequence(pa, users, items)


def _sequence(pa: Any, users: list[str], items: list[str]) -> Events:
    times = np.zeros(len(users), np.int64)
    return Events(times, pa.array(users), pa.array(items), _commented(len(users)))


def _commented(rows: int) -> dict[str, Any]:
    return {"open_comments": np.ones(rows, bool)}  # each pair is a comment


def _atomic(source: Path, options: ImportOptions) -> tuple[Part, ...]:
    """A `.inter` file of RecBole: tabs, and heads with their kinds.

    Source: https://recbole.io/docs/user_guide/data/atomic_files.html
    """
    files = find_files(source, "*.inter")
    if len(files) != 1:
        table = source.is_file() and is_table(source)
        raise InvalidInputError(
            f"wanted one .inter file, {source} is a table: bring it in as csv"
            if table
            else f"wanted one .inter file, {source} has {len(files)}: name the file itself"
        )
    return (Part("", files, partial(_read_atomic, options=options)),)


def _read_atomic(path: Path, options: ImportOptions) -> Iterator[Events]:
    heads = first_line(path).split("\t")
    kinds: dict[str, type] = {"user_id:token": str, "item_id:token": str}
    kinds |= dict.fromkeys({"timestamp:float", "rating:float"} & set(heads), float)
    for line, read in read_columns(path, kinds, "\t"):
        rows = len(read["user_id:token"])
        times = np.zeros(rows, np.int64)  # without times, rows stand in their order
        if "timestamp:float" in read:
            times = milliseconds(path, line, read["timestamp:float"], options.time_unit)
        liked = np.ones(rows, bool)
        highest = 0.0
        if "rating:float" in read:
            ratings = read["rating:float"]
            liked, highest = ratings >= options.like_from, float(ratings.max(initial=0.0))
        users, items = read["user_id:token"], read["item_id:token"]
        yield Events(times, users, items, {"like": liked}, highest_rating=highest)


FORMATS: dict[str, Callable[[Path, ImportOptions], tuple[Part, ...]]] = {
    "kuairand": _kuairand,
    "yambda": _yambda,
    "microlens": _microlens,
    "inter": _atomic,
    "csv": find_table,
}
