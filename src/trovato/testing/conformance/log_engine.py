"""The laws of an engine for logs, against plain twins in NumPy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, fields
from trovato.interactions.engines import embedded
from trovato.interactions.engines.protocol import Engine
from trovato.interactions.splits.split import PARTS, LeaveLastOut, RandomSplit, Split, TemporalSplit
from trovato.interactions.splits.subset import Subset
from trovato.interactions.storage import schema
from trovato.interactions.storage.checksums import CHECKSUM_FILE
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog

_NAMES = (*fields.INTERACTION, fields.EVENT)
_SUBSET = Subset.named("ur0.5_ip-0.9", seed=1)
_LAST = 5

# Columns of all rows of a log, in the order of events.
Rows = dict[str, np.ndarray]


def check_log_engine(engine: Engine, folder: Path, work: Path) -> None:
    """Assert what every engine for logs promises.

    Parameters
    ----------
    engine
        What is tested.
    folder
        A log without violations, of six weeks from week 0 on or more and some 10,000 rows; cut its
        files into small row groups to see that their order survives. Nothing in it is changed.
    work
        An empty folder to write to.

    Raises
    ------
    AssertionError
        If a count, a history, a written row, its place, or a violation is not what it must be.
    """
    log = InteractionLog.open(folder)
    assert log.metadata is not None, "the log must have tables of users and items"
    assert len(log.files) >= len(PARTS) + 3, "the log must have six weeks"
    first, *_, validation, test = log.numbers
    some = log.weeks(first + 1, test - 1).filter(users=log.user_ids()[::2])
    _check_counts(engine, some.filter(items=log.item_ids()[::3]))
    _check_weeks(engine, log.weeks(first + 1, first + 2))
    _check_stats(engine, some)
    _check_histories(engine, some)
    _check_subset(engine, log, _SUBSET, work / "subset")
    for split in (TemporalSplit(validation, test), LeaveLastOut(), RandomSplit(seed=1)):
        _check_split(engine, log, split, work / type(split).__name__)
    _check_begun(engine, log, work / "begun")
    _check_faults(engine, folder, work)


def _rows(log: InteractionLog) -> Rows:
    pa = schema.arrow()
    kinds = schema.interactions().append(pa.field(fields.EVENT, pa.uint64()))
    table = pa.Table.from_batches(list(log.batches(_NAMES)), kinds)
    return {name: table[name].to_numpy() for name in _NAMES}


def _taken(rows: Rows, which: np.ndarray) -> Rows:
    return {name: column[which] for name, column in rows.items()}


def _weeks(rows: Rows) -> np.ndarray:
    return (rows[fields.EVENT] >> np.uint64(fields.EVENT_ROW_BITS)).astype(np.int64)


def _check_counts(engine: Engine, log: InteractionLog) -> None:
    rows = _rows(log)
    for name, ids in ((fields.USER, log.user_ids()), (fields.ITEM, log.item_ids())):
        found = engine.count_rows(log, name)
        assert np.array_equal(found.ids, ids), f"counts have other ids than the {name} of the log"
        active, counts = np.unique(rows[name], return_counts=True)
        assert np.array_equal(found.ids[found.rows > 0], active), f"other {name} have rows"
        assert np.array_equal(found.rows[found.rows > 0], counts), (
            f"rows of a {name} are miscounted"
        )


def _check_weeks(engine: Engine, log: InteractionLog) -> None:
    found = dict(engine.weekly_counts(log, fields.ITEM))
    assert sorted(found) == list(log.numbers), "weeks are missing from the weekly counts"
    for number, counts in found.items():
        items = _rows(log.weeks(number, number))[fields.ITEM]
        twin = np.unique(items, return_counts=True)
        has_rows = counts.rows > 0
        assert np.array_equal(counts.ids[has_rows], twin[0]), f"week {number} has other items"
        assert np.array_equal(counts.rows[has_rows], twin[1]), f"week {number} is miscounted"


def _check_stats(engine: Engine, log: InteractionLog) -> None:
    found, rows = engine.stats(log), _rows(log)
    twin = {number: int((_weeks(rows) == number).sum()) for number in log.numbers}
    assert found.rows_of_weeks == twin, f"rows of weeks are {found.rows_of_weeks}, wanted {twin}"
    seconds = np.bincount(rows[fields.TIMESPENT], minlength=256)
    assert np.array_equal(found.seconds, seconds), "watch time is miscounted"
    signals = {name: int(rows[name].sum()) for name in fields.SIGNALS}
    assert found.signals == signals, f"signals are {found.signals}, wanted {signals}"
    for name, counts, ids in (
        (fields.USER, found.of_users, log.user_ids()),
        (fields.ITEM, found.of_items, log.item_ids()),
    ):
        places = np.searchsorted(ids, rows[name])
        wanted = np.bincount(places, minlength=len(ids))
        assert np.array_equal(counts, wanted), f"rows of a {name} are miscounted"


def _check_histories(engine: Engine, log: InteractionLog) -> None:
    names = (fields.ITEM, fields.EVENT, fields.TIMESPENT, fields.SIGNALS[0])
    rows = _rows(log)
    order = np.argsort(rows[fields.USER], kind="stable")
    users, counts = np.unique(rows[fields.USER], return_counts=True)
    back = np.repeat(np.cumsum(counts), counts) - np.arange(len(order))
    twin = _taken(rows, order[back <= _LAST])
    room = len(twin[fields.USER]) * 14 // 3
    found = list(engine.histories(log, _LAST, names, block_bytes=room))
    assert len(found) > 2, "one block holds more than it may"
    assert np.array_equal(np.concatenate([block.users for block in found]), users), (
        "histories are not of all users that have rows, by rising id"
    )
    lengths = np.concatenate([np.diff(block.offsets) for block in found])
    assert np.array_equal(lengths, np.minimum(counts, _LAST)), "a history has the wrong length"
    for name in names:
        values = np.concatenate([block.values[name] for block in found])
        assert values.dtype == twin[name].dtype, f"{name} in histories is {values.dtype}"
        assert np.array_equal(values, twin[name]), f"{name} in histories is wrong or out of order"


def _check_same(log: InteractionLog, wanted: Rows, what: str) -> None:
    """Rows of the same weeks, in the same order within each."""
    found = _rows(log)
    assert np.array_equal(_weeks(found), _weeks(wanted)), f"{what}: rows are in other weeks"
    for name in fields.INTERACTION:
        assert np.array_equal(found[name], wanted[name]), f"{what}: {name} differs, or the order"


def _check_subset(engine: Engine, log: InteractionLog, subset: Subset, folder: Path) -> None:
    kept, rows = subset.of(log), _rows(log)
    which = np.isin(rows[fields.USER], kept.user_ids())
    which &= np.isin(rows[fields.ITEM], kept.item_ids())
    cut = engine.write_subset(log, subset, folder)
    assert cut.numbers == log.numbers, f"{subset.name}: weeks {cut.numbers} were written"
    _check_same(cut, _taken(rows, which), subset.name)
    assert np.array_equal(cut.user_ids(), kept.user_ids()), f"{subset.name}: other users stay"
    assert np.array_equal(cut.item_ids(), kept.item_ids()), f"{subset.name}: other items stay"
    _check_refused(lambda: engine.write_subset(log, Subset.named("ur0.9"), folder), folder)


def _check_split(engine: Engine, log: InteractionLog, split: Split, folder: Path) -> None:
    rows, how = _rows(log), type(split).__name__
    match split:
        case TemporalSplit():
            parts = (_weeks(rows) >= split.validation).astype(int) + (_weeks(rows) >= split.test)
        case LeaveLastOut():
            parts = np.zeros(len(rows[fields.USER]), np.int64)
            for user in np.unique(rows[fields.USER]):
                own = np.flatnonzero(rows[fields.USER] == user)
                if len(own) >= len(PARTS):
                    parts[own[-2:]] = 1, 2
        case _:
            assigner = split.assigner(log)
            assigned = [
                assigner.assign(week.numbers[0], batch)
                for week in log.by_week()
                for batch in week.batches(_NAMES)
            ]
            parts = np.concatenate(assigned)
    found = engine.write_split(log, split, folder)
    for number, name in enumerate(PARTS):
        _check_same(found[name], _taken(rows, parts == number), f"{how}, {name}")
    _check_refused(lambda: engine.write_split(log, TemporalSplit(1, 2), folder), folder)


def _check_refused(write: Callable[[], Any], folder: Path) -> None:
    try:
        write()
    except InvalidInputError:
        return
    raise AssertionError(f"{folder} was filled before, and something else was written to it")


def _check_begun(engine: Engine, log: InteractionLog, folder: Path) -> None:
    class Killed(BaseException):
        pass

    def kill(_stage: str, done: int, total: int) -> None:
        if done > total // 3:
            raise Killed

    try:
        embedded.write_subset(log, _SUBSET, folder, kill)
    except Killed:
        begun = {path: path.stat().st_mtime_ns for path in folder.rglob("week*.parquet")}
    assert 0 < len(begun) < len(log.files)
    cut = engine.write_subset(log, _SUBSET, folder)
    _check_same(cut, _rows(_SUBSET.of(log)), "begun before")
    assert all(path.stat().st_mtime_ns == time for path, time in begun.items()), (
        "weeks that were whole were written again"
    )


def _check_faults(engine: Engine, folder: Path, work: Path) -> None:
    assert engine.validate(folder) == [], "violations are found where there are none"
    pa = schema.arrow()
    for name in ("strange", "damaged"):
        shutil.copytree(folder, work / name)
        (work / name / CHECKSUM_FILE).unlink(missing_ok=True)
    layout = LogLayout.of(work / "strange")

    def change(path: Path, name: str, row: int, value: int | None) -> None:
        table = pa.parquet.read_table(path)
        values = table[name].to_pylist()
        values[row] = value
        place, kind = table.column_names.index(name), table.schema.field(name)
        table = table.set_column(place, kind, pa.array(values, kind.type))
        pa.parquet.write_table(table, path, row_group_size=64)

    def rows_of(name: str) -> list[tuple[str, int | None]]:
        found = engine.validate(work / name)
        weeks = [violation for violation in found if "metadata" not in violation.path.parts]
        return sorted(((one.path.name, one.row) for one in weeks), key=str)

    first = pa.parquet.read_table(layout.week(1))
    change(layout.week(2), fields.USER, 3, first[fields.USER][7].as_py())
    change(layout.week(2), fields.ITEM, 3, first[fields.ITEM][7].as_py())
    change(layout.week(4), fields.USER, 70, 4_000_000_000)
    change(layout.week(4), fields.USER, 90, 4_000_000_001)
    change(layout.week(5), fields.ITEM, 80, 4_000_000_000)
    wanted: list[tuple[str, int | None]]
    wanted = [("week_02.parquet", 3), ("week_04.parquet", 70), ("week_05.parquet", 80)]
    found = rows_of("strange")
    assert found == wanted, f"violations were planted in {wanted}, found were {found}"
    layout = LogLayout.of(work / "damaged")
    change(layout.week(1), fields.TIMESPENT, 9, None)
    data = layout.week(3).read_bytes()
    layout.week(3).write_bytes(data[:100] + bytes(200) + data[300:])
    wanted = [("week_01.parquet", 9), ("week_03.parquet", None)]
    found = rows_of("damaged")
    assert found == wanted, f"violations were planted in {wanted}, found were {found}"
