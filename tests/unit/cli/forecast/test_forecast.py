"""`trovato forecast` from the command line."""

import html
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.interactions.synthetic import Scale, planted_counts, synthesise

NEEDS = pytest.mark.needs("lightgbm")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["forecast", *(str(argument) for argument in arguments)])


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table, _ = planted_counts(60)
    lines = ["bin,item,count"]
    for at, label in enumerate(table.bins):
        for place, count in zip(*table.rows_of(at), strict=True):
            lines.append(f"{label},{table.items[place]},{count:.0f}")
    path = tmp_path_factory.mktemp("forecast") / "counts.csv"
    path.write_text("\n".join(lines))
    return path


@NEEDS
def test_the_list_needs_no_name_of_a_command(counts: Path, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("item,title,category\ni00,The first one,a\n")
    options = ("--top", 60, "--explain", "--items", tmp_path / "items.csv", "--period", 4, "--json")
    made = run(counts, *options)
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["after"] == "035"
    assert [item["rank"] for item in told["items"]] == list(range(1, len(told["items"]) + 1))
    assert all(item["verified"] for item in told["items"])
    assert all(item["low"] <= item["expected"] <= item["high"] for item in told["items"])
    assert "The first one" in {item["title"] for item in told["items"]}
    assert run("list", counts, *options).stdout == made.stdout


@NEEDS
def test_train_then_list_equals_list(counts: Path, tmp_path: Path) -> None:
    file = tmp_path / "weekly.forecast"
    made = run("train", counts, "--to", file, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["fitted_to"] == "035"
    saved = run(counts, "--model", file, "--json", "--top", 5)
    assert saved.stdout == run(counts, "--json", "--top", 5).stdout
    assert "intervals hold 80%" in run(counts, "--model", file, "--explain").stdout


@NEEDS
def test_evaluate_prints_all_models_and_a_verdict(counts: Path) -> None:
    made = run("evaluate", counts, "--origins", 4, "--json")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert told["origins"] == ["031", "032", "033", "034"]
    assert {"default", "last", "ma-4", "croston", "tsb", "ewma"} <= set(told["metrics"])
    assert 0 < told["metrics"]["default"]["ndcg_50"]["mean"] <= 1
    shown = run("evaluate", counts, "--origins", 2)
    assert "best simple line" in shown.stdout
    assert run("evaluate", counts, "--origins", 36).exit_code == 1


@NEEDS
@pytest.mark.slow
def test_a_report_is_one_page_and_the_same_as_json(counts: Path, tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text("item,title,category\ni00,<script>alert(1)</script>,a\n")
    page = tmp_path / "weekly.html"
    made = run("report", counts, "--html", page, "--items", items, "--origins", 2, "--top", 60)
    assert made.exit_code == 0, made.output
    told = json.loads((tmp_path / "weekly.json").read_text())
    text = page.read_text()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert told["backtest"]["verdict"] in html.unescape(text)
    assert {item["item"] for item in told["risers"]["items"]} <= {
        item["item"] for item in told["forecast"]["items"]
    }
    for item in told["forecast"]["items"][:3]:
        assert item["explanation"] in html.unescape(text)
    assert text.count("<svg") == 2


@pytest.mark.slow
def test_new_items_are_those_without_counts(tmp_path: Path) -> None:
    counts = ["bin,item,count", "0,old,5"]
    counts += [f"{at},s{at},{60 + at}\n{at},b{at},{at}" for at in range(1, 6)]
    (tmp_path / "counts.csv").write_text("\n".join(counts))
    titles = [f"s{at},Love song number {at}\nb{at},Handbook of tax law {at}" for at in range(1, 6)]
    new = ["n1,Tax law for companies", "n2,A sad love song"]
    (tmp_path / "items.csv").write_text("\n".join(["item,title", *titles, *new]))
    made = run("new", tmp_path / "counts.csv", "--items", tmp_path / "items.csv", "--json")
    assert made.exit_code == 0, made.output
    assert [one["item"] for one in json.loads(made.stdout)] == ["n2", "n1"]
    shown = run("new", tmp_path / "counts.csv", "--items", tmp_path / "items.csv")
    assert "It is new and has no counts" in " ".join(shown.stdout.split())
    assert run("new", tmp_path / "counts.csv").exit_code == 1


@NEEDS
def test_a_log_of_weeks(tmp_path: Path) -> None:
    synthesise(tmp_path / "log", Scale.of(20_000, 1))
    made = run(tmp_path / "log", "--top", 3, "--next", 2, "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["after"] == "week 26"
    assert json.loads(made.stdout)["bins"] == 2
    refused = run(tmp_path / "log", "--bin", "day")
    assert refused.exit_code == 2
    assert "cannot be counted by day" in refused.output


def test_help_and_errors(tmp_path: Path) -> None:
    assert "Examples:" in run("--help").stdout
    assert run().exit_code in (0, 2)
    (tmp_path / "short.csv").write_text("bin,item,count\na,x,1\nb,x,2\n")
    short = run(tmp_path / "short.csv")
    assert short.exit_code == 1
    assert "past origins" in short.output
    assert run(tmp_path / "absent.csv").exit_code == 2
