"""Logs that do not say of every row how long it was watched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.core import UnreadableFileError, fields, generator
from trovato.interactions.counts.counts_store import count_weeks
from trovato.interactions.counts.incremental import ROWS, SECONDS, TIMED
from trovato.interactions.counts.statistics import stats
from trovato.interactions.features.sequences import histories
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import Experiment, find_protocol, fit_model, run_benchmark, watch_rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn log that has forgotten a fifth of its watch times."""
    folder = tmp_path_factory.mktemp("unknown") / "log"
    synthesise(folder, Scale.of(20_000, seed=2))
    (folder / "SHA256SUMS").unlink()
    random = generator(0, "forgotten")
    for file in InteractionLog.open(folder).files:
        table = pq.read_table(file.path)
        place = table.schema.get_field_index(fields.TIMESPENT)
        gone = pa.array(random.random(len(table)) < 0.2)
        left = pc.if_else(gone, pa.scalar(None, pa.uint8()), table[fields.TIMESPENT])
        pq.write_table(table.set_column(place, fields.TIMESPENT, left), file.path)
    return folder


def seconds(log: InteractionLog) -> np.ndarray:
    read = [batch[0].to_numpy(zero_copy_only=False) for batch in log.batches([fields.TIMESPENT])]
    return np.concatenate(read)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_what_is_not_known_is_in_no_mean(folder: Path) -> None:
    log = InteractionLog.open(folder)
    watched = seconds(log)
    known = watched[~np.isnan(watched)]
    assert 3000 < len(watched) - len(known) < 5000
    summary = stats(log).summary()
    assert summary["rows"] == 20_000
    assert summary["rows_without_seconds"] == len(watched) - len(known)
    assert summary["seconds_per_row"] == pytest.approx(known.mean(), rel=1e-12)
    shown = run("logs", "stats", folder, "--json")
    assert json.loads(shown.stdout) == summary


def test_running_counts_say_how_many_rows_are_timed(folder: Path, tmp_path: Path) -> None:
    log = InteractionLog.open(folder)
    counts, watched = count_weeks(log, tmp_path / "counts").items.counts, seconds(log)
    assert counts[ROWS].sum() == len(watched)
    assert counts[TIMED].sum() == np.count_nonzero(~np.isnan(watched))
    assert counts[SECONDS].sum() == np.nansum(watched)
    assert counts["watched"].sum() == np.count_nonzero(watched > 10)


def test_recommenders_take_them_for_not_watched(folder: Path) -> None:
    log = InteractionLog.open(folder)
    experiment = Experiment.of(log, find_protocol(log, positive="watched"))
    assert len(experiment.histories.items) == np.count_nonzero(seconds(log.weeks(0, 24)) > 10)
    for name in ("popularity", "conversion"):
        assert run_benchmark(fit_model(name, experiment), experiment).auc > 0


def test_models_of_watch_time_leave_them_out(folder: Path) -> None:
    log = InteractionLog.open(folder)
    train, test = watch_rows(Experiment.of(log, find_protocol(log)))
    watched = seconds(log.weeks(26, 26))
    assert test.seconds.sum() == np.nansum(watched)
    assert test.untimed == np.count_nonzero(np.isnan(watched))
    assert len(test.seconds) + test.untimed == len(watched)
    assert 0 < train.untimed < len(train.seconds)
    shown = run("recommend", "watch", folder)
    assert shown.exit_code == 0, shown.output
    assert f"{train.untimed + test.untimed:,} rows without watch time left out" in shown.stdout


def test_a_history_holds_no_gaps(folder: Path) -> None:
    log = InteractionLog.open(folder)
    assert sum(len(block.values[fields.ITEM]) for block in histories(log)) == 20_000
    with pytest.raises(UnreadableFileError, match="without a value of timespent"):
        list(histories(log, names=[fields.TIMESPENT]))


def test_a_row_without_a_user_is_named(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "log"))
    path = InteractionLog.open(copy).files[3].path
    table = pq.read_table(path)
    users = table[fields.USER].to_pylist()
    users[7] = None
    pq.write_table(table.set_column(0, fields.USER, pa.array(users, pa.uint32())), path)
    log = InteractionLog.open(copy)
    for work in (stats, lambda log: list(histories(log))):
        with pytest.raises(UnreadableFileError, match=r"week_03.parquet, row 7: user_id has no"):
            work(log)
    assert "week_03.parquet, row 7" in run("logs", "check", copy).output
