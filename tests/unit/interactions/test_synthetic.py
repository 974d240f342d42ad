from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from trovato.core import InvalidInputError, StorageError, fields
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import WEEKS, LogLayout
from trovato.interactions.synthetic import Scale, synthesise
from trovato.interactions.synthetic.config import POSITIVES, ROWS, SECONDS_WATCHED

SCALE = Scale.of(1_000_000, seed=3)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> LogLayout:
    return synthesise(tmp_path_factory.mktemp("logs") / "log", SCALE)


def rows(layout: LogLayout) -> dict[str, np.ndarray]:
    tables = [pq.read_table(layout.week(week)) for week in range(WEEKS)]
    return {
        name: np.concatenate([table[name].to_numpy() for table in tables])
        for name in fields.INTERACTION
    }


def fingerprint(folder: Path) -> str:
    found = hashlib.sha256()
    for root in (folder, folder.with_name(folder.name + ".truth")):
        for path in sorted(root.rglob("*")):
            if path.is_file():
                found.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return found.hexdigest()


def test_files_have_the_published_columns(log: LogLayout) -> None:
    for week in (0, 24, 25, 26):
        assert pq.read_schema(log.week(week)).equals(schema.interactions())
    assert log.week(25).parent.name == "validation"
    assert log.week(26).parent.name == "test"
    assert pq.read_schema(log.users).equals(schema.users())
    assert pq.read_schema(log.items).equals(schema.items())
    with np.load(log.embeddings) as embeddings:
        assert embeddings["embedding"].shape == (SCALE.items, 64)
        assert embeddings["embedding"].dtype == np.float16
        assert len(np.unique(embeddings["item_id"])) == SCALE.items
        ids = pq.read_table(log.items)[fields.ITEM].to_numpy()
        assert not np.array_equal(embeddings["item_id"], ids)  # joined by id, not by place
        assert np.array_equal(np.sort(embeddings["item_id"]), ids)


def test_nobody_sees_an_item_twice_and_every_row_is_there(log: LogLayout) -> None:
    found = rows(log)
    pairs = found[fields.USER].astype(np.uint64) << np.uint64(32) | found[fields.ITEM]
    assert len(pairs) == SCALE.rows
    assert len(np.unique(pairs)) == SCALE.rows
    users, items = pq.read_table(log.users), pq.read_table(log.items)
    assert np.isin(found[fields.USER], users[fields.USER].to_numpy()).all()
    assert np.isin(found[fields.ITEM], items[fields.ITEM].to_numpy()).all()


def test_levels_are_the_published_ones(log: LogLayout) -> None:
    found = rows(log)
    # Of a million rows, a signal with expected count n strays by about 1/√n, and a little more.
    assert found[fields.TIMESPENT].mean() == pytest.approx(SECONDS_WATCHED / ROWS, rel=0.01)
    for name, total in POSITIVES.items():
        expected = total / ROWS * SCALE.rows
        assert found[name].sum() == pytest.approx(expected, rel=0.01 + 4 / expected**0.5), name


def test_ranks_count_rows_of_the_training_weeks(log: LogLayout) -> None:
    train = np.concatenate(
        [pq.read_table(log.week(week))[fields.ITEM].to_numpy() for week in range(25)]
    )
    ids, counts = np.unique(train, return_counts=True)
    table = pq.read_table(log.items)
    counted = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    order = sorted(table[fields.ITEM].to_pylist(), key=lambda one: (-counted.get(one, 0), one))
    ranked = dict(zip(table[fields.ITEM].to_pylist(), table[fields.RANK].to_pylist(), strict=True))
    assert [ranked[one] for one in order] == list(range(1, SCALE.items + 1))


def test_sessions_stand_together(log: LogLayout) -> None:
    users = pq.read_table(log.week(3))[fields.USER].to_numpy()
    ids, counts = np.unique(users, return_counts=True)
    busiest = users == ids[counts.argmax()]
    runs = int(busiest[0]) + int((busiest[1:] & ~busiest[:-1]).sum())
    assert counts.max() > 30
    assert 3 < counts.max() / runs < 40  # twelve on average


def test_popular_items_age(log: LogLayout) -> None:
    table = pq.read_table(log.items)
    popular = table[fields.ITEM].to_numpy()[table[fields.RANK].to_numpy() <= SCALE.items // 100]
    by_week = [
        np.isin(pq.read_table(log.week(week))[fields.ITEM].to_numpy(), popular).sum()
        for week in range(26)
    ]
    assert by_week[25] < 0.6 * np.mean(by_week[:25])


def test_people_watch_longer_what_they_like(log: LogLayout) -> None:
    truth = log.root.parent.with_name("log.truth")
    with np.load(truth / "users.npz") as file:
        users, taste = file["user_id"], file["taste"]
    with np.load(truth / "items.npz") as file:
        order = np.argsort(file["item_id"])
        items, kinds = file["item_id"][order], file["taste"][order]
    found = rows(log)
    affinity = np.einsum(
        "rt,rt->r",
        taste[np.searchsorted(users, found[fields.USER])],
        kinds[np.searchsorted(items, found[fields.ITEM])],
    )
    liked = found["like"]
    assert affinity[liked].mean() > affinity[~liked].mean() + 0.15
    watched = found[fields.TIMESPENT] > 10
    assert affinity[watched].mean() > affinity[~watched].mean() + 0.1


@pytest.mark.parametrize("workers", [1, 3])
def test_the_same_scale_gives_the_same_bytes(workers: int, tmp_path: Path) -> None:
    scale = Scale.of(60_000, seed=5)
    synthesise(tmp_path / "one", scale)
    synthesise(tmp_path / "again", scale, workers=workers)
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "again")
    synthesise(tmp_path / "other", Scale.of(60_000, seed=6))
    assert fingerprint(tmp_path / "one") != fingerprint(tmp_path / "other")


def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    scale = Scale.of(150_000, seed=2)
    synthesise(tmp_path / "whole", scale)
    program = (
        "import sys; from pathlib import Path\n"
        "from trovato.interactions.synthetic import Scale, synthesise\n"
        "synthesise(Path(sys.argv[1]), Scale.of(150_000, 2),"
        " progress=lambda *step: print(*step, flush=True))\n"
    )
    for kills in (1, 5, 12):  # after drawing, and while weeks are written
        target = tmp_path / f"killed-{kills}"
        with subprocess.Popen(
            [sys.executable, "-c", program, str(target)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(kills):
                process.stdout.readline()
            os.kill(process.pid, signal.SIGKILL)
        assert (target / ".drawing").exists()
        synthesise(target, scale)
        assert fingerprint(target) == fingerprint(tmp_path / "whole")
        assert not list(target.rglob(".*"))


def test_killed_before_it_began_it_begins_again(tmp_path: Path) -> None:
    work = tmp_path / "log" / ".drawing"
    work.mkdir(parents=True)
    (work / ".scale.json.0badcafe.part").write_text("{")
    synthesise(tmp_path / "log", Scale.of(1000))
    assert not list((tmp_path / "log").rglob(".*"))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="not empty"):
        synthesise(tmp_path, Scale.of(1000))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_log_of_another_scale_is_not_continued(tmp_path: Path) -> None:
    work = tmp_path / "log" / ".drawing"
    work.mkdir(parents=True)
    (work / "scale.json").write_text(json.dumps({"rows": 7}))
    with pytest.raises(InvalidInputError, match="begun with"):
        synthesise(tmp_path / "log", Scale.of(1000))


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot write"):
        synthesise(tmp_path / "file" / "log", Scale.of(1000))


@pytest.mark.parametrize("rows", [0, 999, ROWS + 1])
def test_a_log_has_some_rows_and_no_more_than_the_published_one(rows: int) -> None:
    with pytest.raises(InvalidInputError, match="rows"):
        Scale.of(rows)


def test_scale_keeps_the_density() -> None:
    scale = Scale.of(10**8)
    assert (scale.users, scale.items) == (495_231, 972_021)
