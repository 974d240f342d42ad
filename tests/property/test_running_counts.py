"""Counts that are kept week by week are those of one pass, whatever happens in between."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from trovato.core import InvalidInputError, UnreadableFileError, fields, generator
from trovato.evaluate import NDCG
from trovato.interactions.counts.counts import count_rows
from trovato.interactions.counts.counts_store import count_weeks, read_counts
from trovato.interactions.counts.incremental import ROWS, SECONDS, TIMED, RunningCounts
from trovato.interactions.relevance import POSITIVES
from trovato.interactions.storage.checksums import CHECKSUM_FILE, write_checksums
from trovato.interactions.storage.layout import WEEKS, LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import PROTOCOLS, Experiment, fit_model, items_from_counts, run_benchmark
from trovato.train import conversion, popularity

KILLS = 12


def draw_log(folder: Path, seed: int) -> None:
    """All weeks, with ids that are small: large ones cost a quarter of a second for each week."""
    random, rows = generator(seed, "a small log"), 1500
    for number in range(WEEKS):
        table = {
            fields.USER: random.integers(300, size=rows, dtype=np.uint32),
            fields.ITEM: random.integers(8 * number, 8 * number + 90, size=rows, dtype=np.uint32),
        }
        for name in fields.INTERACTION[2:]:
            table[name] = random.integers(40, size=rows, dtype=np.uint8)
        signals = {name: random.random(rows) < 0.05 for name in fields.SIGNALS}
        path = LogLayout.of(folder).week(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({**table, **signals}), path)
    write_checksums(folder)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("running")
    draw_log(place / "log", seed=5)
    count_weeks(InteractionLog.open(place / "log"), place / "whole")
    return place


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def week_file(folder: Path, number: int) -> Path:
    (found,) = folder.rglob(f"week_{number:02d}.parquet")
    return found


def test_counts_are_those_of_all_rows_read_at_once(place: Path) -> None:
    log = InteractionLog.open(place / "log")
    rows = pa.Table.from_batches(list(log.batches())).to_pydict()
    read = {name: np.array(values) for name, values in rows.items()}
    counts = read_counts(place / "whole")
    ids, items = np.unique(read[fields.ITEM], return_inverse=True)
    assert np.array_equal(counts.items.ids, ids)
    expected = {
        ROWS: np.ones(len(items), bool),
        TIMED: np.ones(len(items), bool),
        **{name: read[name] for name in fields.SIGNALS},
        **{name: rule(read) for name, rule in POSITIVES.items()},
    }
    for name, mask in expected.items():
        assert np.array_equal(
            counts.items.counts[name], np.bincount(items[mask], minlength=len(ids))
        ), name
    seconds = np.bincount(items, read[fields.TIMESPENT]).astype(np.int64)
    assert np.array_equal(counts.items.counts[SECONDS], seconds)
    assert set(counts.items.counts) == {*expected, SECONDS}
    users, activity = np.unique(read[fields.USER], return_counts=True)
    assert np.array_equal(counts.of_users().ids, users)
    assert np.array_equal(counts.of_users().rows, activity)
    in_tables = count_rows(log, fields.ITEM)
    assert np.array_equal(counts.of_items().top(50).ids, in_tables.top(50).ids)


def test_a_week_at_a_time_is_one_pass(place: Path, tmp_path: Path) -> None:
    """As a log grows: each week is there when it is counted, and gone when the next one comes."""
    log = InteractionLog.open(place / "log")
    for week in log.by_week():
        count_weeks(week, tmp_path / "counts")
    assert contents(tmp_path / "counts") == contents(place / "whole")
    assert len(contents(tmp_path / "counts")) == 3
    count_weeks(log, tmp_path / "counts")  # nothing is new
    assert contents(tmp_path / "counts") == contents(place / "whole")
    for left in ("items_25.parquet", ".users_26.parquet.part", ".counts.json.part"):
        (tmp_path / "counts" / left).touch()  # of a run that was killed at its very end
    count_weeks(log, tmp_path / "counts")
    assert contents(tmp_path / "counts") == contents(place / "whole")


def killed(work: Callable[[], object], seconds: float | None = None) -> bool:
    """Whether a process that does the work was killed, by us or by itself, before its end."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("moment", ["while it is counted", "between its tables", "at its end"])
def test_killed_in_week_13_it_goes_on_to_the_same_bytes(
    place: Path, tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "counts"

    def kill() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def die() -> None:
        if moment == "while it is counted":
            plus = RunningCounts.plus

            def half(self: RunningCounts, week: InteractionLog, checksum: str) -> RunningCounts:
                found = plus(self, week, checksum)
                if week.numbers[0] == 13:
                    kill()
                return found

            monkeypatch.setattr(RunningCounts, "plus", half)
        elif moment == "between its tables":
            replace = Path.replace

            def once(self: Path, target: Path) -> Path:
                found = replace(self, target)
                if target.name == "items_13.parquet":
                    kill()
                return found

            monkeypatch.setattr(Path, "replace", once)
        done = list[int]()

        def tell(*_: object) -> None:
            done.append(1)
            if len(done) == 14:  # week 13 is the fourteenth
                kill()

        count_weeks(InteractionLog.open(place / "log"), folder, tell)

    assert killed(die)
    assert max(read_counts(folder).weeks) == (13 if moment == "at its end" else 12)
    count_weeks(InteractionLog.open(place / "log"), folder)
    assert contents(folder) == contents(place / "whole")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment_it_goes_on_to_the_same_bytes(place: Path, tmp_path: Path) -> None:
    log, draw = InteractionLog.open(place / "log"), generator(13, "kills of counting")
    begin = time.perf_counter()
    count_weeks(log, tmp_path / "usual")
    usual, kills = time.perf_counter() - begin, 0
    folder = tmp_path / "counts"
    for _ in range(KILLS):
        kills += killed(lambda: count_weeks(log, folder), float(draw.uniform(0, usual / 4)))
    assert kills >= 3, "hardly any run was killed before its end: nothing was tested"
    count_weeks(log, folder)
    assert contents(folder) == contents(place / "whole")


def test_recommenders_and_their_figures_are_those_of_the_rows(place: Path, tmp_path: Path) -> None:
    log = InteractionLog.open(place / "log")
    experiment = Experiment.of(log, PROTOCOLS["temporal"])
    for week in log.weeks(0, 24).by_week():
        counts = count_weeks(week, tmp_path / "counts")
    found = items_from_counts(counts, experiment)
    for name, made in (("popularity", popularity(found)), ("conversion", conversion(found))):
        batch = fit_model(name, experiment)
        assert made.values.tobytes() == batch.values.tobytes()  # type: ignore[attr-defined]
        figures = [run_benchmark(one, experiment, measures=[NDCG(20)]) for one in (made, batch)]
        assert figures[0].slices["all"].means == figures[1].slices["all"].means
        assert figures[0].auc == figures[1].auc
    with pytest.raises(InvalidInputError, match="weeks 0 to 24, and the counts are of 0 to 26"):
        items_from_counts(read_counts(place / "whole"), experiment)


def test_other_logs_and_changed_weeks_are_refused(place: Path, tmp_path: Path) -> None:
    log, folder = InteractionLog.open(place / "log"), tmp_path / "counts"
    count_weeks(log.weeks(3, 9), folder)
    before = contents(folder)
    draw_log(tmp_path / "other", seed=6)
    copy = shutil.copytree(place / "log", tmp_path / "copy")
    rows = pq.read_table(week_file(copy, 5))
    pq.write_table(rows.slice(1), week_file(copy, 5))
    with pytest.raises(InvalidInputError, match="differs from its checksum"):
        count_weeks(InteractionLog.open(copy).weeks(5, 5), tmp_path / "new")
    (copy / CHECKSUM_FILE).unlink()
    refused = [
        (InteractionLog.open(tmp_path / "other").weeks(3, 12), "is not the week 3 that"),
        (
            InteractionLog.open(copy).weeks(3, 12),
            "week_05.parquet is not the week 5 that .* new folder",
        ),
        (log.weeks(11, 26), "up to week 9, .* begins with week 11: give it week 10 first"),
        (log, "from week 3 on, .* has week 0"),
        (log.weeks(3, 12).filter(users=log.user_ids()[:9]), "other users and items"),
    ]
    for other, message in refused:
        with pytest.raises(InvalidInputError, match=message):
            count_weeks(other, folder)
        assert contents(folder) == before
    write_checksums(copy)  # the change is meant
    with pytest.raises(InvalidInputError, match="is not the week 5 that"):
        count_weeks(InteractionLog.open(copy).weeks(3, 12), folder)
    assert contents(folder) == before


def test_folders_of_others_and_damage_are_refused(place: Path, tmp_path: Path) -> None:
    log = InteractionLog.open(place / "log")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "items.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="holds something else"):
        count_weeks(log, tmp_path / "mine")
    assert contents(tmp_path / "mine") == {"items.txt": b"mine"}
    with pytest.raises(InvalidInputError, match="holds no counts"):
        read_counts(tmp_path / "mine")
    for name in contents(place / "whole"):
        folder = shutil.copytree(place / "whole", tmp_path / f"damaged-{name}")
        (folder / name).write_bytes((folder / name).read_bytes()[:-20] + b"?")
        with pytest.raises(UnreadableFileError, match="damaged"):
            count_weeks(log, folder)
