"""Settings are chosen on validation rows, the same ones each time."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from trovato.__main__ import main
from trovato.core import InvalidInputError
from trovato.interactions.imports import import_log
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import Experiment, find_protocol, fit_model, run_benchmark, tune_model


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> InteractionLog:
    place = tmp_path_factory.mktemp("tuned")
    random = np.random.default_rng(0)
    lines = ["user_id:token\titem_id:token\ttimestamp:float\trating:float"]
    for user in range(60):
        for time, film in enumerate(random.choice(20, size=8, replace=False)):
            lines.append(f"u{user}\tf{2 * film + user % 2}\t{time}\t5")
    (place / "films.inter").write_text("\n".join([*lines, ""]))
    return import_log("inter", place / "films.inter", place / "log").logs[""]


def test_the_best_trial_is_measured_where_nothing_is_tested(log: InteractionLog) -> None:
    tuned = tune_model("item-knn", log, trials=5, protocol="last", max_sequence_length=6)
    assert len({repr(config) for config, _ in tuned.trials}) == 5
    assert {asdict(config)["max_sequence_length"] for config, _ in tuned.trials} == {6}
    assert tuned.protocol == "leave last out, validation, version 1"
    experiment = Experiment.of(log, find_protocol(log, "last-validation"))
    for config, mean in tuned.trials:
        figures = run_benchmark(fit_model(config, experiment), experiment)
        assert figures.slices["all"].means["nDCG@20"].mean == pytest.approx(mean)
    assert [mean for config, mean in tuned.trials if config == tuned.best] == [
        max(mean for _, mean in tuned.trials)
    ]
    again = tune_model("item-knn", log, trials=5, protocol="last", max_sequence_length=6)
    assert again == tuned
    other = tune_model("item-knn", log, trials=5, protocol="last", seed=1, max_sequence_length=6)
    assert other.trials[0] == tuned.trials[0]
    assert other.trials != tuned.trials


def test_no_more_trials_than_there_are_settings(log: InteractionLog) -> None:
    told: list[tuple[str, int, int]] = []
    tuned = tune_model(
        "item-knn",
        log,
        trials=99,
        protocol="last",
        max_sequence_length=6,
        shrinkage=0.0,
        progress=lambda *one: told.append(one),
    )
    assert sorted(asdict(config)["neighbours"] for config, _ in tuned.trials) == [20, 50, 100, 200]
    assert told[-1] == ("trials", 4, 4)


def test_what_cannot_be_tuned_is_refused(log: InteractionLog) -> None:
    for model, trials, protocol, message in (
        ("popularity", 2, "last", "no setting left"),
        ("item-knn", 2, "random", "no validation rows"),
        ("item-knn", 0, "last", "at least 1"),
    ):
        with pytest.raises(InvalidInputError, match=message):
            tune_model(model, log, trials=trials, protocol=protocol)


def test_the_command_fits_with_the_best(log: InteractionLog, tmp_path: Path) -> None:
    words = [
        "recommend",
        "train",
        str(Path(str(log.metadata)).parent),
        "--model",
        "item-knn",
        "--protocol",
        "last",
    ]
    to = ["--to", str(tmp_path / "knn.npz"), "--tune", "3"]
    told = CliRunner().invoke(main, [*words, *to, "--json"])
    assert told.exit_code == 0, told.output
    made = json.loads(told.stdout)
    assert made["version"] == "leave last out, version 1"
    trials = made["tuned"]["trials"]
    assert len(trials) == 3
    best = max(trials, key=lambda trial: trial["nDCG@20"])
    assert made["settings"] == {name: best[name] for name in made["settings"]}
    shown = CliRunner().invoke(main, [*words, *to])
    assert "best of 3 trials (leave last out, validation" in shown.stdout
