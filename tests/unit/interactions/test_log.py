from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trovato.core import InvalidInputError, UnreadableFileError, fields
from trovato.interactions.storage import schema
from trovato.interactions.storage.checksums import CHECKSUM_FILE
from trovato.interactions.storage.layout import WEEKS, LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.partitions import BATCH
from trovato.interactions.synthetic import Scale, synthesise


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> LogLayout:
    return synthesise(tmp_path_factory.mktemp("logs") / "log", Scale.of(60_000, seed=3))


@pytest.fixture
def folder(drawn: LogLayout, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn.root.parent, tmp_path / "log"))


def plain(layout: LogLayout) -> pa.Table:
    """All rows with their order, read at once."""
    tables = []
    for week in range(WEEKS):
        table = pq.read_table(layout.week(week))
        order = (np.uint64(week) << np.uint64(40)) + np.arange(len(table), dtype=np.uint64)
        tables.append(table.append_column(fields.EVENT, pa.array(order)))
    return pa.concat_tables(tables).combine_chunks()


def gathered(
    log: InteractionLog, names: tuple[str, ...] = (*fields.INTERACTION, fields.EVENT)
) -> pa.Table:
    return pa.Table.from_batches(list(log.batches(names))).combine_chunks()


def test_rows_come_in_order_with_every_column(drawn: LogLayout) -> None:
    log = InteractionLog.open(drawn.root.parent)
    assert log.numbers == range(27)
    assert log.stored_rows == 60_000
    found = gathered(log)
    assert found.equals(plain(drawn))
    assert (np.diff(found[fields.EVENT].to_numpy().astype(np.int64)) > 0).all()


def test_weeks_and_sets_of_ids_narrow_a_log(drawn: LogLayout) -> None:
    log, table = InteractionLog.open(drawn.root.parent), plain(drawn)
    users, items = log.user_ids()[::3], log.item_ids()[::2]
    some = log.weeks(3, 20).filter(users=users[::-1].copy(), items=items)
    week = table[fields.EVENT].to_numpy() >> 40
    kept = (
        np.isin(table[fields.USER].to_numpy(), users)
        & np.isin(table[fields.ITEM].to_numpy(), items)
        & (week >= 3)
        & (week <= 20)
    )
    assert gathered(some).equals(table.filter(pa.array(kept)).combine_chunks())
    assert some.users()[fields.USER].to_pylist() == users.tolist()
    assert some.filter(users=users[::2]).user_ids().tolist() == users[::2].tolist()
    assert some.filter(users=log.user_ids()).user_ids().tolist() == users.tolist()
    only_order = gathered(some, (fields.EVENT,))
    assert only_order[fields.EVENT].to_pylist() == table[fields.EVENT].to_numpy()[kept].tolist()


def test_batches_are_small(tmp_path: Path) -> None:
    path = tmp_path / "week_05.parquet"
    rows = 3 * BATCH + 7
    zero = [
        pa.array(np.zeros(rows, field.type.to_pandas_dtype())) for field in schema.interactions()
    ]
    pq.write_table(pa.table(zero, schema=schema.interactions()), path)
    log = InteractionLog.of_files([path])
    assert [len(batch) for batch in log.batches([fields.PLACE])] == [BATCH] * 3 + [7]
    assert log.user_ids().tolist() == [0]


def test_ids_are_those_of_the_rows_where_there_are_no_tables(drawn: LogLayout) -> None:
    log = InteractionLog.of_files([drawn.week(week) for week in range(4, 8)])
    table = gathered(log)
    assert log.item_ids().tolist() == sorted(set(table[fields.ITEM].to_pylist()))
    some = log.filter(users=log.user_ids()[:9])
    assert some.user_ids().tolist() == log.user_ids()[:9].tolist()
    with pytest.raises(InvalidInputError, match="no table of users"):
        log.users()


def test_a_subset_and_a_part_find_the_tables_above_them(folder: Path) -> None:
    subset = folder / "subsamples" / "ur0.5"
    shutil.copytree(folder / "interactions", subset)
    assert gathered(InteractionLog.open(subset)).equals(gathered(InteractionLog.open(folder)))
    assert InteractionLog.open(subset).metadata == (folder / "metadata").resolve()
    assert InteractionLog.open(subset / "test").numbers == range(26, 27)


def test_a_week_that_is_missing_is_named(folder: Path) -> None:
    (folder / CHECKSUM_FILE).unlink()
    (folder / "interactions/train/week_13.parquet").unlink()
    with pytest.raises(InvalidInputError, match=r"week 13 is missing.*week_12"):
        InteractionLog.open(folder)


def test_a_week_that_comes_twice_or_late_is_refused(folder: Path) -> None:
    interactions = folder / "interactions"
    shutil.copy(interactions / "train/week_03.parquet", interactions / "test/week_03.parquet")
    with pytest.raises(InvalidInputError, match="week 3 comes after week 25"):
        InteractionLog.open(folder)
    paths = [interactions / f"train/week_0{week}.parquet" for week in (2, 1)]
    with pytest.raises(InvalidInputError, match="week 1 comes after week 2"):
        InteractionLog.of_files(paths)


def test_a_file_without_a_number_is_refused(folder: Path) -> None:
    train = folder / "interactions/train"
    (folder / CHECKSUM_FILE).unlink()
    (train / "week_04.parquet").rename(train / "late.parquet")
    with pytest.raises(InvalidInputError, match=r"late\.parquet does not say which week"):
        InteractionLog.open(folder)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="holds no log"):
        InteractionLog.open(tmp_path)
    with pytest.raises(InvalidInputError, match="is not a folder"):
        InteractionLog.open(tmp_path / "none")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop_columns(["like"]), "has no column 'like'"),
        (lambda table: table.append_column("more", table["like"]), "a column 'more'"),
        (
            lambda table: table.set_column(5, "timespent", table["timespent"].cast(pa.float32())),
            "'timespent' is float, wanted uint8",
        ),
    ],
)
def test_unknown_columns_are_named(folder: Path, change, message: str) -> None:  # type: ignore[no-untyped-def]
    path = folder / "interactions/train/week_07.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    with pytest.raises(UnreadableFileError, match=f"week_07.parquet.*{message}"):
        InteractionLog.open(folder)


def test_unsigned_columns_of_another_width_are_read(folder: Path) -> None:
    path = folder / "interactions/train/week_07.parquet"
    before, table = gathered(InteractionLog.open(folder)), pq.read_table(path)
    pq.write_table(table.set_column(2, "place", table["place"].cast(pa.uint32())), path)
    assert gathered(InteractionLog.open(folder)).equals(before)


def test_damaged_files_are_named(folder: Path) -> None:
    path = folder / "interactions/train/week_07.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFileError, match=r"week_07\.parquet.*damaged"):
        InteractionLog.open(folder)
    path.write_bytes(whole[:100] + bytes(300) + whole[400:])
    log = InteractionLog.open(folder)
    with pytest.raises(UnreadableFileError, match=r"week_07\.parquet.*damaged"):
        gathered(log)
    path.write_bytes(whole)
    assert gathered(log).num_rows == 60_000


def test_unknown_names_of_columns_are_refused(drawn: LogLayout) -> None:
    with pytest.raises(InvalidInputError, match="no column 'likes'"):
        list(InteractionLog.open(drawn.root.parent).batches(["likes"]))
