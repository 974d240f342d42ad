"""`trovato recommend benchmark` from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.interactions.synthetic import Scale, synthesise


def run(*arguments: object) -> Result:
    words = ["recommend", "benchmark", *(str(argument) for argument in arguments)]
    return CliRunner().invoke(main, words)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("benchmark-cli") / "log"
    synthesise(folder, Scale.of(10_000, 2))
    return folder


def test_a_page_and_the_same_as_json(log: Path, tmp_path: Path) -> None:
    page = tmp_path / "deep" / "report.html"
    names = "popularity, recent"
    done = run(log, "--models", names, "--html", page, "--set", "half_life=2", "--quiet")
    assert done.exit_code == 0, done.output
    assert str(page) in done.stdout
    assert page.read_text("utf-8").startswith("<!doctype html>")
    told = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert list(told["models"]) == ["popularity", "recent"]
    assert told["settings"] == {"popularity": {}, "recent": {"half_life": 2.0}}
    assert told["log"] == "log"


def test_what_is_refused(log: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    for words, told in (
        (("--models", "oracle"), "no model is called 'oracle'"),
        (("--models", "random,random"), "each once"),
        (("--set", "depth=3"), "no setting 'depth'"),
        (("--set", "factors=many"), "factors takes int values, got 'many'"),
    ):
        refused = run(log, "--html", page, "--quiet", *words)
        assert refused.exit_code == 1
        assert told in refused.stderr
    assert not page.exists()
