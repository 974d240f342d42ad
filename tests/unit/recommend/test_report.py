"""Several models under one protocol: the figures are the benchmark's, the page stands alone."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from trovato.core import InvalidInputError
from trovato.evaluate.recommendation import CONVENTIONS
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.recommend import (
    PROTOCOLS,
    BenchmarkReport,
    Experiment,
    compare_models,
    fit_model,
    run_benchmark,
)
from trovato.systems.vk_lsvd import PUBLISHED

MODELS = ["popularity", "content", "random"]


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Experiment:
    layout = synthesise(tmp_path_factory.mktemp("report") / "log", Scale.of(20_000, 1))
    return Experiment.of(InteractionLog.open(layout.root.parent), PROTOCOLS["temporal"])


@pytest.fixture(scope="module")
def report(experiment: Experiment) -> BenchmarkReport:
    told: list[tuple[str, int, int]] = []
    made = compare_models(
        MODELS,
        experiment,
        log="small <&> log",
        settings={"seed": 5},
        conventions=("recbole", CONVENTIONS["recbole"]),
        resamples=30,
        progress=lambda *what: told.append(what),
        published=PUBLISHED,
    )
    assert {name for name, *_ in told} == set(MODELS)
    return made


def test_figures_have_three_digits_and_a_sign_says_which_are_sure(report: BenchmarkReport) -> None:
    page = report.to_html()
    figures = re.findall(r"<b>([+-]?[\d.]+)(?:e[+-]\d+)?</b>", page)
    assert len(figures) > 20
    for one in figures:
        digits = one.lstrip("+-").replace(".", "").lstrip("0")
        assert len(digits) == 3 or float(one) == 0, one
    rows = re.findall(r"<td( class=\"sure\")?>([▲▼] )?<b>[+-]", page)
    assert rows
    assert all(bool(sure) == bool(sign) for sure, sign in rows)


def test_figures_are_those_of_the_benchmark(
    report: BenchmarkReport, experiment: Experiment
) -> None:
    alone = run_benchmark(
        fit_model("content", experiment),
        experiment,
        conventions=CONVENTIONS["recbole"],
        resamples=30,
    )
    assert report.trials["content"].figures == alone
    told = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert list(told["models"]) == MODELS
    assert told["models"]["content"]["auc"]["mean"] == pytest.approx(alone.auc)
    assert told["settings"]["random"]["seed"] == 5
    change = told["differences from popularity"]["content"]
    means = [told["models"][name]["slices"]["all"]["means"] for name in MODELS[:2]]
    assert change["R@20"]["mean"] == pytest.approx(
        means[1]["R@20"]["mean"] - means[0]["R@20"]["mean"]
    )
    assert change["AUC"]["low"] < change["AUC"]["mean"] < change["AUC"]["high"]


def test_popularity_goes_to_the_popular(report: BenchmarkReport) -> None:
    curves = report.popularity_curves()
    for curve in curves.values():
        shares = [share for _, share in curve]
        assert shares == sorted(shares)
        assert shares[-1] == pytest.approx(1)
    halfway = len(curves["random"]) // 2
    assert curves["popularity"][halfway][1] > 3 * curves["random"][halfway][1]


def test_the_page_needs_nothing_else(report: BenchmarkReport) -> None:
    page = report.to_html()
    elements: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            elements.append((tag, dict(attrs)))

    Reader().feed(page)
    tags = [tag for tag, _ in elements]
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert not any({"src", "href"} & set(attrs) for _, attrs in elements)
    assert "url(" not in page.replace("url(#", "")  # which is inside the page
    assert tags.count("table") == tags.count("caption") == 6
    assert tags.count("svg") == 5
    assert all(attrs.get("scope") for tag, attrs in elements if tag == "th")
    assert "small &lt;&amp;&gt; log" in page
    assert "small <&>" not in page
    for figure in ("0.02623", "0.60341", "0.96449"):  # as published, apart from ours
        assert page.index(figure) > page.index('class="published"')
    ours = page[: page.index('class="published"')]
    mean = report.trials["content"].figures.slices["all"].means["nDCG@20"].mean
    assert re.search(rf"<th scope=\"row\">content</th><td><b>{mean:#.3g}</b>", ours)


def test_the_same_log_gives_the_same_page(report: BenchmarkReport, experiment: Experiment) -> None:
    again = compare_models(
        MODELS,
        experiment,
        log="small <&> log",
        settings={"seed": 5},
        conventions=("recbole", CONVENTIONS["recbole"]),
        resamples=30,
        published=PUBLISHED,
    )
    assert again.to_html() == report.to_html()


def test_one_model_is_enough_and_none_or_twice_is_not(experiment: Experiment) -> None:
    page = compare_models(["popularity"], experiment, log="log", resamples=5).to_html()
    assert "Differences from" not in page
    for names in ([], ["random", "random"]):
        with pytest.raises(InvalidInputError, match="each once"):
            compare_models(names, experiment, log="log")


def test_the_template_is_part_of_the_package() -> None:
    import trovato.recommend.benchmark

    assert (Path(str(trovato.recommend.benchmark.__file__)).parent / "report.html").exists()
