"""Operations on logs, each against a plain twin in Python or NumPy."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, StorageError, UnreadableFileError, fields
from trovato.interactions.counts.counts import Counts, count_rows, weekly_counts
from trovato.interactions.counts.statistics import stats
from trovato.interactions.features.sequences import histories
from trovato.interactions.splits.split import LeaveLastOut, RandomSplit, TemporalSplit
from trovato.interactions.splits.subset import Subset
from trovato.interactions.splits.write import write_split, write_subset
from trovato.interactions.storage.checksums import CHECKSUM_FILE, has_checksums, write_checksums
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.interactions.validation.validate import validate

NAMES = (*fields.INTERACTION, fields.EVENT)
ROWS = 60_000


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> InteractionLog:
    folder = tmp_path_factory.mktemp("logs") / "log"
    synthesise(folder, Scale.of(ROWS, seed=3))
    return InteractionLog.open(folder)


@pytest.fixture
def folder(log: InteractionLog, tmp_path: Path) -> Path:
    assert log.metadata is not None
    return Path(shutil.copytree(log.metadata.parent, tmp_path / "log"))


def table(log: InteractionLog) -> pa.Table:
    batches = list(log.batches(NAMES))
    return pa.Table.from_batches(batches).combine_chunks()


def column(log: InteractionLog, name: str) -> np.ndarray:
    return np.asarray(table(log)[name].to_numpy())


def fingerprint(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return found.hexdigest()


def test_counts_and_ranks(log: InteractionLog) -> None:
    for name in (fields.USER, fields.ITEM):
        counts = count_rows(log, name)
        twin = Counter(column(log, name).tolist())
        assert {
            i: n for i, n in zip(counts.ids.tolist(), counts.rows.tolist(), strict=True) if n
        } == twin
        order = sorted(counts.ids.tolist(), key=lambda one: (-twin[one], one))
        assert counts.ids[np.argsort(counts.ranks())].tolist() == order
        assert counts.top(7).ids.tolist() == order[:7]


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(0, 45))
def test_the_top_is_the_head_of_the_whole_order(rows: list[int], most: int) -> None:
    counts = Counts(np.arange(10, 10 + len(rows), dtype=np.uint32), np.array(rows, np.int64))
    order = sorted(range(len(rows)), key=lambda place: (-rows[place], place))[:most]
    assert counts.top(most).ids.tolist() == [10 + place for place in order]
    assert counts.top(most).rows.tolist() == [rows[place] for place in order]


def test_weekly_counts(log: InteractionLog) -> None:
    for week, counts in weekly_counts(log, fields.ITEM):
        twin = Counter(column(log.weeks(week, week), fields.ITEM).tolist())
        assert counts.rows.sum() == sum(twin.values())
        assert counts.rows.tolist() == [twin[one] for one in counts.ids.tolist()]


def test_ranks_of_training_weeks_are_those_of_the_tables(log: InteractionLog) -> None:
    counts = count_rows(log.weeks(0, 24), fields.ITEM)
    assert counts.ranks().tolist() == log.items()[fields.RANK].to_pylist()


def test_unknown_ids_are_an_error(folder: Path) -> None:
    path = folder / "metadata/items_metadata.parquet"
    pq.write_table(pq.read_table(path).slice(500), path)
    with pytest.raises(UnreadableFileError, match=r"week_00\.parquet has a item_id"):
        count_rows(InteractionLog.open(folder), fields.ITEM)
    with pytest.raises(UnreadableFileError, match="logs check"):
        stats(InteractionLog.open(folder))


def test_stats(log: InteractionLog) -> None:
    found = stats(log.weeks(2, 9))
    rows = table(log.weeks(2, 9))
    assert found.rows == len(rows)
    assert found.rows_of_weeks == Counter((rows[fields.EVENT].to_numpy() >> 40).tolist())
    assert found.watched == rows[fields.TIMESPENT].to_numpy().astype(int).sum()
    for name in fields.SIGNALS:
        assert found.signals[name] == sum(rows[name].to_pylist())
    summary = found.summary()
    assert summary["active_users"] == len(set(rows[fields.USER].to_pylist()))
    counts = list(Counter(rows[fields.ITEM].to_pylist()).values())
    assert summary["rows_per_item_p50"] == np.median(counts)


@pytest.mark.parametrize(("last", "block_bytes"), [(3, 10**9), (200, 10**9), (20, 200_000)])
def test_histories(log: InteractionLog, last: int, block_bytes: int) -> None:
    some = log.weeks(3, 26)
    rows = table(some)
    twin: dict[int, list[tuple[int, bool, int]]] = {}
    picked = [rows[name].to_pylist() for name in (fields.USER, fields.ITEM, "like", fields.EVENT)]
    for user, *row in zip(*picked, strict=True):
        twin.setdefault(user, []).append(tuple(row))
    names = (fields.ITEM, "like", fields.EVENT)
    blocks = list(histories(some, last, names, block_bytes=block_bytes))
    assert (len(blocks) > 1) == (block_bytes < 10**9)
    assert np.concatenate([block.users for block in blocks]).tolist() == sorted(twin)
    for block in blocks[:40]:
        for place, user in enumerate(block.users.tolist()):
            own = slice(block.offsets[place], block.offsets[place + 1])
            found = zip(*(block.values[name][own].tolist() for name in names), strict=True)
            assert list(found) == twin[user][-last:]


def test_histories_have_a_row_and_columns_of_a_log(log: InteractionLog) -> None:
    with pytest.raises(InvalidInputError, match="at least 1 row"):
        next(histories(log, 0))
    with pytest.raises(InvalidInputError, match="'likes'"):
        next(histories(log, 5, ["likes"]))


@pytest.mark.parametrize("name", ["ur0.3", "ip0.1", "ur0.5_ip0.2", "up0.05_ir0.5", "up-0.9_ip-0.9"])
def test_subsets(log: InteractionLog, tmp_path: Path, name: str) -> None:
    subset = Subset.named(name, seed=4)
    assert subset.name == name
    written = write_subset(log, subset, tmp_path / "cut")
    users, items = written.user_ids(), written.item_ids()
    for ids, known, cut in (
        (users, log.users(), subset.users),
        (items, log.items(), subset.items),
    ):
        share = cut.share if cut else 1
        assert len(ids) == int(abs(share) * len(known) + 1e-9)
        if cut and not cut.random:
            ranks = known[fields.RANK].to_numpy()[np.isin(known.columns[0].to_numpy(), ids)]
            wanted = np.arange(1, len(known) + 1)
            wanted = wanted[: len(ids)] if share > 0 else wanted[len(known) - len(ids) :]
            assert sorted(ranks.tolist()) == wanted.tolist()
    rows = table(log)
    stays = np.isin(rows[fields.USER].to_numpy(), users)
    stays &= np.isin(rows[fields.ITEM].to_numpy(), items)
    plain = rows.filter(pa.array(stays)).select(fields.INTERACTION).combine_chunks()
    assert table(written).select(fields.INTERACTION).combine_chunks().equals(plain)
    assert written.numbers == range(27)
    assert validate(tmp_path / "cut") == []
    with np.load(tmp_path / "cut/metadata/item_embeddings.npz") as cut_file:
        assert log.metadata is not None
        with np.load(log.metadata / "item_embeddings.npz") as whole:
            chosen = np.isin(whole["item_id"], items)
            assert np.array_equal(cut_file["item_id"], whole["item_id"][chosen])
            assert np.array_equal(cut_file["embedding"], whole["embedding"][chosen])


def test_smaller_shares_are_part_of_larger_ones(log: InteractionLog) -> None:
    small, large = (Subset.named(f"ur{share}", 9).of(log).user_ids() for share in (0.1, 0.4))
    assert set(small.tolist()) < set(large.tolist())
    other = Subset.named("ur0.4", 10).of(log).user_ids()
    assert set(other.tolist()) != set(large.tolist())


@pytest.mark.parametrize(
    "name", ["", "u0.1", "ur", "ur0.1_ur0.2", "xr0.1", "ur0.1 ir0.1", "ur0", "ip1.5"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match=r"not the name|a share above 0"):
        Subset.named(name)


def test_split_in_time(log: InteractionLog, tmp_path: Path) -> None:
    parts = write_split(log, TemporalSplit(20, 24), tmp_path / "split")
    assert {name: part.numbers for name, part in parts.items()} == {
        "train": range(20),
        "validation": range(20, 24),
        "test": range(24, 27),
    }
    whole = InteractionLog.open(tmp_path / "split")
    assert table(whole).equals(table(log))


def test_leave_last_out(log: InteractionLog, tmp_path: Path) -> None:
    parts = write_split(log, LeaveLastOut(), tmp_path / "split")
    twin: dict[int, list[int]] = {}
    rows = table(log)
    users, items = rows[fields.USER].to_pylist(), rows[fields.ITEM].to_pylist()
    for user, item in zip(users, items, strict=True):
        twin.setdefault(user, []).append(item)
    assert any(len(seen) < 3 for seen in twin.values())
    cases: list[tuple[str, Callable[[list[int]], list[int]]]] = [
        ("train", lambda seen: seen[:-2] if len(seen) > 2 else seen),
        ("validation", lambda seen: seen[-2:-1] if len(seen) > 2 else []),
        ("test", lambda seen: seen[-1:] if len(seen) > 2 else []),
    ]
    for name, own in cases:
        found: dict[int, list[int]] = {}
        part = table(parts[name])
        for user, item in zip(
            part[fields.USER].to_pylist(), part[fields.ITEM].to_pylist(), strict=True
        ):
            found.setdefault(user, []).append(item)
        assert found == {user: own(seen) for user, seen in twin.items() if own(seen)}


def test_random_split(log: InteractionLog, tmp_path: Path) -> None:
    parts = write_split(log, RandomSplit(0.1, 0.2, seed=1), tmp_path / "split")
    sizes = [parts[name].stored_rows for name in ("train", "validation", "test")]
    assert sum(sizes) == ROWS
    assert sizes == pytest.approx([0.7 * ROWS, 0.1 * ROWS, 0.2 * ROWS], rel=0.05)
    assert sum(len(np.unique(column(part, fields.EVENT))) for part in parts.values()) == ROWS
    write_split(log, RandomSplit(0.1, 0.2, seed=1), tmp_path / "again")
    assert fingerprint(tmp_path / "split") == fingerprint(tmp_path / "again")
    write_split(log, RandomSplit(0.1, 0.2, seed=2), tmp_path / "other")
    assert fingerprint(tmp_path / "split") != fingerprint(tmp_path / "other")


@pytest.mark.parametrize("split", [(0, 3), (5, 4)])
def test_splits_leave_no_less_than_nothing_to_train_on(split: tuple[int, int]) -> None:
    with pytest.raises(InvalidInputError, match="weeks to train on"):
        TemporalSplit(*split)
    with pytest.raises(InvalidInputError, match="shares"):
        RandomSplit(0.6, 0.5)


PROGRAM = """
import sys
from pathlib import Path
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.splits.split import LeaveLastOut
from trovato.interactions.splits.subset import Subset
from trovato.interactions.splits.write import write_split, write_subset
def tell(*step): print(*step, flush=True)
log, out = InteractionLog.open(Path(sys.argv[1])), Path(sys.argv[2])
if sys.argv[3] == "subset":
    write_subset(log, Subset.named("ur0.5_ip0.5"), out, tell)
else:
    write_split(log, LeaveLastOut(), out, tell)
"""


@pytest.mark.parametrize("what", ["subset", "split"])
def test_a_killed_run_goes_on_to_the_same_bytes(
    log: InteractionLog, tmp_path: Path, what: str
) -> None:
    assert log.metadata is not None

    def finish(out: Path) -> None:
        if what == "subset":
            write_subset(log, Subset.named("ur0.5_ip0.5"), out)
        else:
            write_split(log, LeaveLastOut(), out)

    finish(tmp_path / "whole")
    for kills in (1, 8, 26):
        out = tmp_path / f"killed-{kills}"
        arguments = [sys.executable, "-c", PROGRAM, str(log.metadata.parent), str(out), what]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(kills):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
        assert not (out / "recipe.json").exists()
        finish(out)
        assert fingerprint(out) == fingerprint(tmp_path / "whole")
        assert not list(out.rglob(".*"))


def test_killed_before_it_began_it_begins_again(log: InteractionLog, tmp_path: Path) -> None:
    (tmp_path / ".writing").mkdir()
    (tmp_path / ".writing" / ".recipe.json.0badcafe.part").write_text("{")
    write_subset(log, Subset.named("ur0.5"), tmp_path)
    assert not list(tmp_path.rglob(".*"))


def test_folders_of_others_are_left_alone(log: InteractionLog, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="not empty"):
        write_subset(log, Subset.named("ur0.5"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(StorageError, match="cannot write"):
        write_subset(log, Subset.named("ur0.5"), tmp_path / "mine.txt" / "cut")
    begun = tmp_path / "begun"
    (begun / ".writing").mkdir(parents=True)
    (begun / ".writing/recipe.json").write_text('{"subset": "ur0.1"}')
    with pytest.raises(InvalidInputError, match=r"begun with .*ur0\.1"):
        write_subset(log, Subset.named("ur0.5"), begun)


def test_a_full_disk_loses_nothing(log: InteractionLog, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk, from the sixth week on."""
    limits, written = resource.getrlimit(resource.RLIMIT_FSIZE), []

    def tell(*step: object) -> None:
        written.append(step)
        if len(written) == 5:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))

    try:
        with pytest.raises(StorageError, match=r"week_05\.parquet .*make room"):
            write_subset(log, Subset.named("ur0.5"), tmp_path / "cut", tell)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    kept = sorted((tmp_path / "cut/train").iterdir())
    assert [path.name for path in kept] == [f"week_0{week}.parquet" for week in range(5)]
    write_subset(log, Subset.named("ur0.5"), tmp_path / "cut")
    write_subset(log, Subset.named("ur0.5"), tmp_path / "whole")
    assert fingerprint(tmp_path / "cut") == fingerprint(tmp_path / "whole")


def test_a_damaged_week_is_named_and_what_was_written_stays(folder: Path, tmp_path: Path) -> None:
    log, path = InteractionLog.open(folder), folder / "interactions/train/week_07.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes(300) + whole[400:])
    with pytest.raises(UnreadableFileError, match=r"week_07\.parquet"):
        write_subset(log, Subset.named("ur0.5"), tmp_path / "cut")
    assert len(list((tmp_path / "cut/train").glob("*.parquet"))) == 7
    path.write_bytes(whole)
    write_subset(log, Subset.named("ur0.5"), tmp_path / "cut")


def test_a_good_log_has_no_faults(log: InteractionLog) -> None:
    assert log.metadata is not None
    assert validate(log.metadata.parent) == []
    assert validate(log.metadata.parent, block_rows=20_000) == []


def changed(path: Path, name: str, row: int, value: int | None) -> None:
    rows = pq.read_table(path)
    values = rows[name].to_pylist()
    values[row] = value
    place = rows.column_names.index(name)
    field = rows.schema.field(name)
    pq.write_table(rows.set_column(place, field, pa.array(values, field.type)), path)


def test_planted_faults_are_found_with_file_and_row(folder: Path) -> None:
    weeks = [folder / f"interactions/train/week_0{week}.parquet" for week in range(10)]
    strange = 4_000_000_000
    (folder / CHECKSUM_FILE).unlink()  # which would name every changed file besides
    changed(weeks[1], fields.USER, 17, strange)
    changed(weeks[2], fields.ITEM, 33, strange)
    first = pq.read_table(weeks[3])
    for name in (fields.USER, fields.ITEM):
        changed(weeks[4], name, 5, first[name][11].as_py())
    found = {
        (violation.path.name, violation.row): violation.what
        for violation in validate(folder, block_rows=20_000)
    }
    ranks = {key: what for key, what in found.items() if "metadata" in key[0]}
    rows = {key: what for key, what in found.items() if "week" in key[0]}
    assert set(rows) == {
        ("week_01.parquet", 17),
        ("week_02.parquet", 33),
        ("week_04.parquet", 5),
    }
    assert "user_id 4000000000 is not in the table" in rows["week_01.parquet", 17]
    assert "shown this item before" in rows["week_04.parquet", 5]
    assert all("rank" in what for what in ranks.values())


def test_missing_values_and_damage_are_found(folder: Path) -> None:
    (folder / CHECKSUM_FILE).unlink()
    weeks = [folder / f"interactions/train/week_0{week}.parquet" for week in range(3)]
    changed(weeks[1], fields.PLACE, 9, None)
    whole = weeks[2].read_bytes()
    weeks[2].write_bytes(whole[:100] + bytes(300) + whole[400:])
    violations = validate(folder)
    assert [(violation.path.name, violation.row) for violation in violations] == [
        ("week_01.parquet", 9),
        ("week_02.parquet", None),
    ]
    weeks[0].unlink()
    weeks[1].unlink()
    (folder / "interactions/train/week_05.parquet").unlink()
    assert ["week 5 is missing" in violation.what for violation in validate(folder)] == [True]


def test_wrong_ranks_are_found(folder: Path) -> None:
    (folder / CHECKSUM_FILE).unlink()
    path = LogLayout.of(folder).users
    table = pq.read_table(path)
    ranks = table[fields.RANK].to_numpy().copy()
    best, worst = int(ranks.argmin()), int(ranks.argmax())
    changed(path, fields.RANK, worst, int(ranks[best]))
    assert ["there twice" in violation.what for violation in validate(folder)] == [True]
    changed(path, fields.RANK, best, len(ranks))
    violations = validate(folder)
    assert len(violations) == 1
    assert "more than the rank before it" in violations[0].what


def shuffled(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.take(np.random.default_rng(0).permutation(len(table))), path)


def test_a_shuffled_week_breaks_the_seal(folder: Path) -> None:
    week = LogLayout.of(folder).week(3)
    shuffled(week)
    violations = validate(folder)
    assert [(violation.path, violation.row) for violation in violations] == [(week, None)]
    assert "another order" in violations[0].what
    write_checksums(folder)
    assert not validate(folder)


def test_a_log_that_lost_a_file_is_refused(folder: Path) -> None:
    LogLayout.of(folder).week(26).unlink()  # the weeks that are left follow one another
    with pytest.raises(InvalidInputError, match=r"week_26\.parquet is missing"):
        InteractionLog.open(folder)
    write_checksums(folder)
    assert InteractionLog.open(folder).numbers == range(26)


def test_what_came_after_the_seal_is_a_fault(folder: Path) -> None:
    later = LogLayout.of(folder).items.with_name("more.parquet")
    shutil.copyfile(LogLayout.of(folder).items, later)
    assert [violation.path for violation in validate(folder)] == [later]


def test_a_log_inside_a_log_has_a_seal_of_its_own(folder: Path) -> None:
    write_subset(
        InteractionLog.open(folder), Subset.named("ur0.5"), folder / "subsamples" / "ur0.5"
    )
    assert not validate(folder)
    shuffled(folder / "subsamples" / "ur0.5" / "train" / "week_03.parquet")
    assert not validate(folder)
    assert validate(folder / "subsamples" / "ur0.5")


def test_a_seal_is_what_sha256sum_writes(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in [*folder.rglob("*.parquet"), *folder.rglob("*.npz")]
    ]
    assert sorted((folder / CHECKSUM_FILE).read_text().splitlines()) == sorted(lines)
    (folder / CHECKSUM_FILE).write_text("not a list\n")
    with pytest.raises(UnreadableFileError, match="no list of checksums"):
        InteractionLog.open(folder)


def test_all_that_is_written_has_checksums(log: InteractionLog, tmp_path: Path) -> None:
    write_subset(log, Subset.named("ur0.5", 1), tmp_path / "cut")
    write_split(log, TemporalSplit(), tmp_path / "parts")
    for name in ("cut", "parts"):
        files = {
            path for path in (tmp_path / name).rglob("*") if path.suffix in (".parquet", ".npz")
        }
        assert set(has_checksums(tmp_path / name) or ()) == files
    shuffled(tmp_path / "cut" / "train" / "week_03.parquet")
    assert [violation.path.name for violation in validate(tmp_path / "cut")] == ["week_03.parquet"]
