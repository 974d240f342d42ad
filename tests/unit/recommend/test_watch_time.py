"""Watch time on drawn logs, beside what they were drawn from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from trovato.__main__ import main
from trovato.core import InvalidInputError, fields
from trovato.evaluate.recommendation import xauc
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import Experiment, WatchReport, find_protocol, measure_watching, watch_rows
from trovato.train import (
    WatchModel,
    expected_rank,
    fit_watch_mixture,
    fit_watch_regression,
    watch_likelihood,
)

_SHARES = ((0.30, 0.45, 0.20), (0.55, 1.0, 0.08), (0.15, 1.9, 0.5))  # of the generator


@dataclass(frozen=True)
class Rows:
    """Rows with what the generator drew them from: affinity and quality."""

    features: np.ndarray
    lengths: np.ndarray
    seconds: np.ndarray
    skips: np.ndarray

    @property
    def expected(self) -> np.ndarray:
        share = sum(weight * mean for weight, mean, _ in _SHARES)
        expected: np.ndarray = 3 * self.skips + (1 - self.skips) * share * self.lengths
        return expected


@dataclass(frozen=True)
class Drawn:
    folder: Path
    experiment: Experiment
    report: WatchReport
    train: Rows
    test: Rows


@pytest.fixture(scope="module", params=[0, 1, 2])
def drawn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder = tmp_path_factory.mktemp("watched") / "log"
    # As many rows for each user and item as in the published cut `ur0.01_ir0.01`.
    synthesise(folder, Scale(60_000, 1_500, 2_400, request.param))
    log = InteractionLog.open(folder)
    experiment = Experiment.of(log, find_protocol(log, "weeks", test_weeks=7))
    train, test = (true_rows(folder, log.weeks(*weeks)) for weeks in ((0, 19), (20, 26)))
    return Drawn(folder, experiment, measure_watching(experiment), train, test)


def true_rows(folder: Path, log: InteractionLog) -> Rows:
    truth = folder.with_name("log.truth")
    names = [fields.USER, fields.ITEM, fields.TIMESPENT]
    parts = [[column.to_numpy() for column in batch.columns] for batch in log.batches(names)]
    users, items, seconds = (np.concatenate(part) for part in zip(*parts, strict=True))
    with np.load(truth / "users.npz") as stored:
        order = np.argsort(stored["user_id"])
        whose = order[np.searchsorted(stored["user_id"], users, sorter=order)]
        taste = stored["taste"][whose]
    with np.load(truth / "items.npz") as stored:
        order = np.argsort(stored["item_id"])
        which = order[np.searchsorted(stored["item_id"], items, sorter=order)]
        affinity = 4 * (taste * stored["taste"][which]).sum(axis=1)
        quality = stored["quality"][which]
    table = log.items()
    place = np.searchsorted(table[fields.ITEM].to_numpy(), items)
    lengths = table[fields.DURATION].to_numpy()[place].astype(np.int64)
    level = json.loads((truth / "levels.json").read_text())["levels"]["skip"]
    skips = 1 / (1 + np.exp(-(level - 1.1 * affinity - 1.5 * quality)))
    features = np.stack([affinity, quality], axis=1).astype(np.float64)
    return Rows(features, lengths, seconds.astype(np.int64), skips)


def test_on_the_truth_the_mixture_beats_a_regression(drawn: Drawn) -> None:
    train, test = drawn.train, drawn.test
    known = train.features, train.lengths, train.seconds
    asked = test.features, test.lengths
    mixture, line = fit_watch_mixture(*known), fit_watch_regression(*known)

    def wrong(model: WatchModel) -> float:
        return float(np.abs(model.mean(*asked) - test.expected).mean())

    def ordered(model: WatchModel) -> float:
        return xauc(expected_rank(model, *asked, train.seconds), test.seconds)[0]

    def likely(model: WatchModel) -> float:
        return float(watch_likelihood(model, *asked, test.seconds).mean())

    assert wrong(mixture) < 0.3 < 1 < wrong(line)
    assert ordered(mixture) > ordered(line) + 0.004
    assert likely(mixture) > likely(line) + 0.3
    assert mixture.gate[1:] == pytest.approx([-1.1, -1.5], abs=0.1)
    assert mixture.skimmed == pytest.approx(3, abs=0.15)
    assert mixture.means == pytest.approx([mean for _, mean, _ in _SHARES], abs=0.06)
    assert mixture.deviations == pytest.approx([wide for _, _, wide in _SHARES], abs=0.04)


def test_the_tail_beyond_the_cut_is_found_again(drawn: Drawn) -> None:
    train, test = drawn.train, drawn.test
    known, cut = (train.features, train.lengths), np.minimum(train.seconds, 60)
    asked = test.features, test.lengths, np.full(len(test.seconds), 120.0)
    censored = fit_watch_mixture(*known, cut, cap=60)
    exact = fit_watch_mixture(*known, cut, cap=61)
    line = fit_watch_regression(*known, cut, cap=60)
    happened = (test.seconds >= 120).mean()
    assert censored.beyond(*asked).mean() == pytest.approx(happened, rel=0.2)
    assert max(exact.beyond(*asked).mean(), line.beyond(*asked).mean()) < 0.8 * happened


def test_with_what_a_log_knows_the_mixture_is_better_too(drawn: Drawn) -> None:
    report = drawn.report
    assert report.differences["MAE"].high < 0
    assert report.differences["log-likelihood"].low > 0.2
    assert report.tested == len(drawn.test.seconds)
    tail = measure_watching(drawn.experiment, cap=60).tail[120]
    assert abs(tail["mixture"] - tail["happened"]) < abs(tail["regression"] - tail["happened"])
    # Guessing is .5, and the order by what the rows were drawn from cannot be beaten.
    best, _ = xauc(drawn.test.expected, drawn.test.seconds)
    assert 0.54 < report.figures["mixture"]["XAUC"].mean < best


def test_features_know_what_came_before(drawn: Drawn) -> None:
    train, test = watch_rows(drawn.experiment)
    assert len(train.seconds) == pytest.approx(len(drawn.train.seconds) / 2, rel=0.1)
    assert np.array_equal(train.seconds, drawn.train.seconds[-len(train.seconds) :])
    assert np.array_equal(test.lengths, drawn.test.lengths)
    log = drawn.experiment.log.weeks(0, 19)
    shown, kept = dict[int, int](), dict[int, int]()
    lengths = dict(zip(log.items()[0].to_pylist(), log.items()[2].to_pylist(), strict=True))
    for batch in log.batches([fields.USER, fields.ITEM, fields.TIMESPENT]):
        for user, item, seconds in zip(*(column.to_pylist() for column in batch), strict=True):
            shown[user] = shown.get(user, 0) + 1
            kept[user] = kept.get(user, 0) + (seconds > 0.3 * lengths[item])
    mean = (sum(kept.values()) + 1) / (sum(shown.values()) + 2)
    for row in range(0, len(test.users), 997):
        user = int(drawn.experiment.users[test.users[row]])
        good = kept.get(user, 0) + 5 * mean
        odds = good / (shown.get(user, 0) + 5 - good)
        assert test.features[row, 0] == pytest.approx(np.log(odds))


def test_from_the_command_line(drawn: Drawn, tmp_path: Path) -> None:
    words = ["recommend", "watch", str(drawn.folder), "--protocol", "weeks", "--test-weeks", "7"]
    shown = CliRunner().invoke(main, words)
    assert shown.exit_code == 0, shown.output
    assert "log-likelihood" in shown.stdout
    assert "255 s or more" in shown.stdout
    told = json.loads(CliRunner().invoke(main, [*words, "--cap", "60", "--json"]).stdout)
    assert list(told["tail"]) == ["60", "90", "120"]
    assert told["figures"]["mixture"]["MAE"]["mean"] > 0
    assert len(told["mixture"]["means"]) == 3
    with pytest.raises(InvalidInputError, match="up to 255"):
        measure_watching(drawn.experiment, cap=300)
    (tmp_path / "bare" / "interactions").mkdir(parents=True)
    for file in drawn.experiment.log.files:
        (tmp_path / "bare" / "interactions" / file.path.name).symlink_to(file.path)
    refused = CliRunner().invoke(main, [*words[:2], str(tmp_path / "bare")])
    assert refused.exit_code == 1
    assert "items_metadata.parquet" in refused.stderr
    layout = drawn.experiment.log.metadata
    assert layout is not None
    (tmp_path / "bare" / "metadata").mkdir()
    pq.write_table(
        pq.read_table(layout / "items_metadata.parquet").drop(["train_interactions_rank"]),
        tmp_path / "bare" / "metadata" / "items_metadata.parquet",
    )
    without = CliRunner().invoke(main, [*words[:2], str(tmp_path / "bare"), *words[3:], "--json"])
    assert without.exit_code == 0, without.output
    assert len(json.loads(without.stdout)["mixture"]["gate"]) == 4  # no vectors, no likeness
