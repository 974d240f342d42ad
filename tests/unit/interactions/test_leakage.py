"""Five leaks, each planted on its own; what is clean passes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from trovato.__main__ import main
from trovato.core import InvalidInputError, UnreadableFileError, fields
from trovato.interactions.counts.counts import Counts, count_rows
from trovato.interactions.leakage import (
    find_exact_censored,
    find_future,
    find_misjoined,
    find_shared_pairs,
    find_shuffled,
)
from trovato.interactions.splits.split import LeaveLastOut, TemporalSplit
from trovato.interactions.splits.write import write_split
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise

FIRST = 25


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit") / "log"
    synthesise(folder, Scale.of(60_000, seed=3))
    return folder


@pytest.fixture(scope="module")
def log(drawn: Path) -> InteractionLog:
    return InteractionLog.open(drawn)


def write(path: Path, **table: object) -> Path:
    pq.write_table(pa.table(table), path)
    return path


@pytest.mark.parametrize("name", [fields.USER, fields.ITEM])
@pytest.mark.parametrize(
    "column",
    [Counts.ranks, lambda counts: counts.rows, lambda counts: np.log1p(counts.rows) / 7],
    ids=["ranks", "counts", "logarithms"],
)
def test_a_column_of_the_future(
    log: InteractionLog, tmp_path: Path, name: str, column: Callable[[Counts], np.ndarray]
) -> None:
    past, every = count_rows(log.weeks(0, FIRST - 1), name), count_rows(log, name)
    random = np.random.default_rng(0)
    clean = {
        name: past.ids,
        "known": column(past),
        "number": random.permutation(len(past.ids)),
        "constant": np.zeros(len(past.ids)),
    }
    path = write(tmp_path / "table.parquet", **clean)
    assert find_future(log, path) == []
    assert find_future(log, path, FIRST - 3)[0].what.startswith("column 'known' follows the rows")
    (violation,) = find_future(log, write(path, **clean, leaks=column(every)))
    assert violation.what == (
        "column 'leaks' follows the rows up to week 26, but may know only weeks before 25"
    )


def test_the_tables_of_a_log_know_only_the_past(log: InteractionLog, drawn: Path) -> None:
    for path in drawn.glob("metadata/*.parquet"):
        assert find_future(log, path) == []


def test_a_weekly_feature_that_counts_its_own_week(log: InteractionLog, tmp_path: Path) -> None:
    ids = log.item_ids()
    to = {week: count_rows(log.weeks(0, week), fields.ITEM).rows for week in range(8, 13)}
    weeks = np.repeat(np.arange(9, 13), len(ids))
    whose = {fields.ITEM: np.tile(ids, 4), "week": weeks}
    before = np.concatenate([to[week - 1] for week in range(9, 13)])
    path = write(tmp_path / "table.parquet", **whose, seen=before)
    assert find_future(log, path) == []
    before[weeks == 11] = to[11]
    (violation,) = find_future(log, write(path, **whose, seen=before))
    assert "'seen' follows the rows up to week 11" in violation.what
    assert violation.row is not None
    assert weeks[violation.row] == 11


@pytest.mark.parametrize("block_rows", [pytest.param(5_000, marks=pytest.mark.slow), 16_000_000])
@pytest.mark.parametrize("split", [TemporalSplit(), LeaveLastOut()], ids=["time", "last"])
def test_a_pair_in_two_parts(
    log: InteractionLog, tmp_path: Path, split: TemporalSplit | LeaveLastOut, block_rows: int
) -> None:
    parts = tmp_path / "parts"
    write_split(log, split, parts)
    assert find_shared_pairs(parts, block_rows=block_rows) == []
    trained = next(InteractionLog.open(parts / "train").batches()).to_pydict()
    path = InteractionLog.open(parts / "test").files[-1].path
    table = pq.read_table(path)
    values = table.to_pydict()
    last = int(np.argmax(trained[fields.USER]))  # of the last block of users
    for name in (fields.USER, fields.ITEM):
        values[name][7] = trained[name][last]
    pq.write_table(pa.table(values, table.schema), path)
    (violation,) = find_shared_pairs(parts, block_rows=block_rows)
    assert (violation.path, violation.row) == (path, 7)
    assert violation.what.endswith("in train as well")


def test_a_shuffled_week(drawn: Path, log: InteractionLog, tmp_path: Path) -> None:
    assert find_shuffled(log) == []
    folder = Path(shutil.copytree(drawn, tmp_path / "log"))
    path = InteractionLog.open(folder).files[13].path
    table = pq.read_table(path)
    pq.write_table(table.take(np.random.default_rng(0).permutation(len(table))), path)
    (violation,) = find_shuffled(InteractionLog.open(folder))
    assert violation.path == path
    assert "order of chance" in violation.what


def test_a_shuffled_week_of_people_with_many_rows(log: InteractionLog, tmp_path: Path) -> None:
    random, paths = np.random.default_rng(0), []
    row = pa.Table.from_batches([next(log.batches())]).slice(0, 1)
    for week in range(4):
        users = np.repeat(random.permutation(np.repeat(np.arange(50), 20)), 12)
        if week == 2:
            users = random.permutation(users)
        many = row.take(np.zeros(len(users), np.int64))
        many = many.set_column(0, fields.USER, pa.array(users.astype(np.uint32)))
        paths.append(tmp_path / f"week_{week:02d}.parquet")
        pq.write_table(many, paths[-1])
    (violation,) = find_shuffled(InteractionLog.of_files(paths))
    assert violation.path == paths[2]


@pytest.mark.parametrize(("dim", "scale"), [(64, 1.0), (16, 3.0)])
def test_vectors_joined_by_position(
    log: InteractionLog, tmp_path: Path, dim: int, scale: float
) -> None:
    assert log.embeddings is not None
    with np.load(log.embeddings) as stored:
        ids, vectors = stored["item_id"], stored["embedding"][:, :dim] * scale
    items = log.item_ids()
    assert not np.array_equal(ids, items)
    path = tmp_path / "vectors.npz"
    np.savez(path, item_id=items, embedding=vectors[np.argsort(ids)])
    assert find_misjoined(log, path) == []
    np.savez(path, item_id=items, embedding=vectors)
    (violation,) = find_misjoined(log, path)
    assert violation.what.endswith("by their position in the file, not by id")
    np.savez(path, item_id=items, embedding=np.roll(vectors[np.argsort(ids)], 1, axis=0))
    (violation,) = find_misjoined(log, path)
    assert "have not their own vector" in violation.what
    assert "position" not in violation.what
    path.write_bytes(b"no archive")
    with pytest.raises(UnreadableFileError, match="item_id and embedding"):
        find_misjoined(log, path)


@pytest.mark.parametrize("seed", range(3))
def test_cut_off_times_taken_for_exact(tmp_path: Path, seed: int) -> None:
    random = np.random.default_rng(seed)
    means = random.uniform(5, 300, 20_000)
    seconds = np.minimum(random.exponential(means), 255).astype(np.uint8)
    path = tmp_path / "watched.parquet"
    write(path, timespent=seconds, expected_seconds=means)
    assert find_exact_censored(path) == []
    write(path, timespent=seconds, expected_seconds=means * (1 - np.exp(-255 / means)))
    (violation,) = find_exact_censored(path)
    assert "taken for exact" in violation.what
    write(path, timespent=np.minimum(seconds, 200), expected_seconds=means)
    with pytest.raises(InvalidInputError, match="too few to tell"):
        find_exact_censored(path)


def test_tables_that_cannot_be_judged(log: InteractionLog, tmp_path: Path) -> None:
    path = write(tmp_path / "table.parquet", author=[1])
    with pytest.raises(InvalidInputError, match="one of user_id and item_id"):
        find_future(log, path)
    with pytest.raises(InvalidInputError, match="needs the column 'timespent'"):
        find_exact_censored(path)
    with pytest.raises(InvalidInputError, match="the item_id 0, which the log has not"):
        find_future(log, write(path, item_id=[0], count=[1]))
    with pytest.raises(UnreadableFileError, match="lacks values"):
        find_future(log, write(path, item_id=[None, 1]))
    with pytest.raises(InvalidInputError, match="at least two of"):
        find_shared_pairs(tmp_path)


def test_the_command_says_what_it_looked_at(
    log: InteractionLog, drawn: Path, tmp_path: Path
) -> None:
    every = count_rows(log, fields.ITEM)
    path = write(tmp_path / "table.parquet", item_id=every.ids, ranks=every.ranks())
    clean = CliRunner().invoke(main, ["logs", "audit", str(drawn)])
    assert (clean.exit_code, clean.output) == (0, "No leaks.\nLooked at: order inside weeks.\n")
    found = CliRunner().invoke(main, ["logs", "audit", str(drawn), "--features", str(path)])
    assert found.exit_code == 1
    assert "1 leak\nLooked at: order inside weeks, features.\n" in found.output
