"""Running counts on the disk: a folder that goes from one whole week to the next, or stays."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    PathLike,
    ProgressCallback,
    UnreadableFileError,
    atomic_path,
    fields,
    file_errors,
    no_progress,
)
from trovato.interactions.counts.incremental import COUNTED, IdCounts, RunningCounts
from trovato.interactions.storage import schema
from trovato.interactions.storage.checksums import CHECKSUM_FILE, checksum, recorded_checksum
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partitions import WeekFile

_STATE = "counts.json"
_VERSION = 1
_TABLES = {fields.ITEM: "items", fields.USER: "users"}
_OURS = re.compile(r"(items|users)_\d\d\.parquet|\.?counts\.json(\.part)?|\..*\.part")


def count_weeks(
    log: InteractionLog, folder: PathLike, progress: ProgressCallback = no_progress
) -> RunningCounts:
    """Bring the counts in a folder up to the last week of a log; weeks counted before are not read.

    The folder is written week by week. Killed at any moment, it is as after the last whole week,
    and the next run ends with the same bytes as one that was never stopped, or as one for each
    week.

    Parameters
    ----------
    log
        With the weeks that the folder has not counted; of those that it has, any may be gone.
    folder
        New, or of an earlier run.
    progress
        Told of each week.

    Returns
    -------
    The counts of all weeks so far.

    Raises
    ------
    InvalidInputError
        If the folder holds something else, or counts of another log; or if a week was changed,
        or one is missing between those that are counted and those of the log.
    StorageError
        If the disk is full; the weeks before are kept.
    UnreadableFileError
        If a file is damaged.
    """
    folder = Path(folder)
    counts, only = _begin(folder), seen_rows(log)
    counts = RunningCounts.none(only) if counts is None else counts
    _check(log, only, folder, counts)
    done, total = 0, log.stored_rows
    for week in log.by_week():
        if week.numbers[0] not in counts.weeks:
            counts = counts.plus(week, _certain(week.files[0]))
            _write(folder, counts)
        done += week.stored_rows
        progress("counting weeks", done, total)
    return counts


def read_counts(folder: PathLike) -> RunningCounts:
    """The counts that `count_weeks` left in a folder.

    Raises
    ------
    InvalidInputError
        If there are none.
    UnreadableFileError
        If they are damaged.
    """
    folder = Path(folder)
    if not (folder / _STATE).is_file():
        raise InvalidInputError(
            f"{folder} holds no counts: `trovato logs count LOG --to {folder}` makes them"
        )
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        if state["version"] != _VERSION:
            raise InvalidInputError(
                f"{folder} is of version {state['version']}, wanted {_VERSION}: count anew, into a "
                "new folder"
            )
        weeks = {int(week): digest for week, digest in state["weeks"].items()}
        tables = {name: _read(folder, max(weeks), name, state["tables"]) for name in _TABLES}
        return RunningCounts(weeks, state["only"], tables[fields.ITEM], tables[fields.USER])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableFileError(_damaged(folder, str(error))) from error


def seen_rows(log: InteractionLog) -> str:
    """Which rows of its files a log sees: "all", or a checksum of the users and items that stay."""
    if log.only_users is None and log.only_items is None:
        return "all"
    found = hashlib.sha256()
    for known in (log.only_users, log.only_items):
        ids = np.zeros(0, np.uint32) if known is None else np.ascontiguousarray(known.ids)
        found.update(f"{known is None} {len(ids)}\n".encode() + ids.tobytes())
    return found.hexdigest()


def _begin(folder: Path) -> RunningCounts | None:
    """The counts of a folder, without what a killed run left beside them."""
    if not folder.exists():
        return None
    if not folder.is_dir() or any(not _OURS.fullmatch(path.name) for path in folder.iterdir()):
        raise InvalidInputError(f"{folder} holds something else: count into a new folder")
    counts = read_counts(folder) if (folder / _STATE).is_file() else None
    _tidy(folder, max(counts.weeks) if counts else None)
    return counts


def _check(log: InteractionLog, only: str, folder: Path, counts: RunningCounts) -> None:
    """Refuse a log whose weeks do not go on where the counts end."""
    anew = "to count this log, write to a new folder"
    if not counts.weeks or not log.files:
        return
    if counts.only != only:
        raise InvalidInputError(f"{folder} has counted other users and items of a log: {anew}")
    first, last = min(counts.weeks), max(counts.weeks)
    if log.numbers[0] < first:
        raise InvalidInputError(
            f"{folder} has counted from week {first} on, and this log has week {log.numbers[0]}: "
            f"leave out the weeks before {first}, or {anew}"
        )
    if log.numbers[0] > last + 1:
        raise InvalidInputError(
            f"{folder} has counted up to week {last}, and this log begins with week "
            f"{log.numbers[0]}: give it week {last + 1} first"
        )
    for week in log.files:
        if week.number in counts.weeks:
            found = recorded_checksum(week.path) or checksum(week.path)
            if found != counts.weeks[week.number]:
                raise InvalidInputError(
                    f"{week.path} is not the week {week.number} that {folder} has counted: it was "
                    f"changed, or is of another log; bring it back as it was, or {anew}"
                )


def _certain(week: WeekFile) -> str:
    """The checksum of a file, as it is and as it was recorded."""
    found, wanted = checksum(week.path), recorded_checksum(week.path)
    if wanted not in (None, found):
        raise InvalidInputError(
            f"{week.path} differs from its checksum in {CHECKSUM_FILE}: bring it back as it was, "
            "or run `trovato logs checksum` if the change is meant"
        )
    return found


def _write(folder: Path, counts: RunningCounts) -> None:
    """First the tables under names of their own, then the file that says that they count."""
    pa, last, digests = schema.arrow(), max(counts.weeks), {}
    for name, table in ((fields.ITEM, counts.items), (fields.USER, counts.users)):
        path = folder / _table(last, name)
        with atomic_path(path) as part:
            pa.parquet.write_table(
                pa.table({name: table.ids, **table.counts}), part, compression="zstd"
            )
        digests[path.name] = checksum(path)
    state = {"version": _VERSION, "only": counts.only, "weeks": counts.weeks, "tables": digests}
    with atomic_path(folder / _STATE) as part:
        part.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
    _tidy(folder, last)


def _read(folder: Path, week: int, name: str, digests: dict[str, Any]) -> IdCounts:
    pa, path = schema.arrow(), folder / _table(week, name)
    if checksum(path) != digests[path.name]:
        raise UnreadableFileError(_damaged(path, "its checksum is another"))
    with pa.parquet.ParquetFile(path) as file:
        table = file.read([name, *COUNTED[name]])
    # Copies: a table of Arrow cannot be added to, and would be kept as a whole.
    counts = {one: np.array(table[one].to_numpy()) for one in COUNTED[name]}
    return IdCounts(np.array(table[name].to_numpy()), counts)


def _tidy(folder: Path, week: int | None) -> None:
    """Take away the tables of other weeks, and what was not finished."""
    kept = {_STATE} | ({_table(week, name) for name in _TABLES} if week is not None else set())
    for path in folder.iterdir():
        if path.name not in kept:
            with file_errors("remove", path):
                path.unlink()


def _table(week: int, name: str) -> str:
    return f"{_TABLES[name]}_{week:02d}.parquet"


def _damaged(path: Path, why: str) -> str:
    return f"cannot read {path}, it is damaged ({why}): take it away and count the log anew"
