"""`trovato recommend` from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.cli.lazy import LazyCommand
from trovato.cli.recommend.group import recommend
from trovato.cli.recommend.training_progress import training_progress
from trovato.interactions.synthetic import Scale, synthesise
from trovato.train.sequence import trainer as loop
from trovato.train.sequence.checkpoint import State, save_state


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["recommend", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recommend-cli") / "log"
    synthesise(folder, Scale.of(10_000, 2))
    return folder


def test_train_then_evaluate(log: Path, tmp_path: Path) -> None:
    file = tmp_path / "popular.npz"
    how = ("--protocol", "random", "--positive", "any")  # a log this small tells no future
    trained = run("train", log, "--model", "popularity", *how, "--to", file)
    assert trained.exit_code == 0, trained.output
    assert str(file) in trained.stdout
    shown = run("evaluate", log, file)
    assert shown.exit_code == 0, shown.output
    assert "nDCG@20" in shown.stdout
    assert "cold items" in shown.stdout
    report = json.loads(run("evaluate", log, file, "--json", "--measures", "R@5").stdout)
    assert report["made"]["positive"] == "any"
    assert report["protocol"] == "vk-lsvd random, version 1"
    assert set(report["slices"]["all"]["means"]) == {"R@5"}
    assert report["slices"]["cold items"]["means"]["R@5"]["mean"] == 0
    strict = run("evaluate", log, file, "--json", "--conventions", "rectools", "--mask-seen")
    kind = run("evaluate", log, file, "--json")
    values = [
        json.loads(result.stdout)["slices"]["all"]["means"]["nDCG@20"]["mean"]
        for result in (strict, kind)
    ]
    assert values[0] < values[1]


@pytest.mark.needs("torch")
def test_a_sequence_model_goes_on_where_it_was_interrupted(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a terminal
    options = ["--model", "sasrec", "--factors", 8, "--epochs", 3, "--threads", 1]
    files = [tmp_path / name for name in ("whole.npz", "broken.npz")]
    checkpoint = tmp_path / "broken.npz.checkpoint"
    whole = run("train", log, *options, "--to", files[0])
    assert whole.exit_code == 0, whole.output
    assert "epoch" in whole.stderr

    def interrupted(path: Path, state: State, mark: str) -> None:
        save_state(path, state, mark)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(loop, "save_state", interrupted)
        cut = run("train", log, *options, "--to", files[1])
    assert cut.exit_code == 130
    assert "same command" in cut.stderr
    assert checkpoint.exists()
    assert not files[1].exists()
    assert run("train", log, *options, "--to", files[1], "--json").exit_code == 0
    assert not checkpoint.exists()
    assert files[0].read_bytes() == files[1].read_bytes()
    assert run("evaluate", log, files[1], "--resamples", 5).exit_code == 0


def test_a_model_of_another_log_is_refused(log: Path, tmp_path: Path) -> None:
    synthesise(tmp_path / "other", Scale.of(10_000, 3))
    file = tmp_path / "random.npz"
    summary = run("train", tmp_path / "other", "--model", "random", "--to", file, "--json")
    assert json.loads(summary.stdout)["model"] == "random"
    refused = run("evaluate", log, file)
    assert refused.exit_code == 1
    assert "other items" in refused.stderr
    cut = run("evaluate", tmp_path / "other", file, "--measures", "nDCG")
    assert cut.exit_code == 1
    assert "nDCG@20" in cut.stderr


def options(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    if isinstance(command, LazyCommand):
        command = command.command
    for name, one in command.commands.items() if isinstance(command, click.Group) else ():
        yield from ((f"{name} {it[0]}", it[1]) for it in options(one))
    yield from ((one.opts[0], one) for one in command.params if isinstance(one, click.Option))


def test_every_option_says_what_it_is() -> None:
    assert not [name for name, option in options(recommend) if not option.help]


def test_training_draws_no_bar_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with training_progress(hidden=False) as tell:
        tell("epoch 1 of at most 2", 5, 10)
    assert capsys.readouterr() == ("", "")
