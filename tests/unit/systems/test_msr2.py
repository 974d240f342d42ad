"""MSR² over a library with a scripted model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato import Item, Library
from trovato.core import InvalidInputError, Prompt
from trovato.data.legal import JudgedCase
from trovato.llm import ScriptedModel
from trovato.systems.msr2 import PUBLISHED, build, reproduce
from trovato.testing import WordEncoder

CASE = JudgedCase("a", "甲盗窃八千元。", ("盗窃",), ("264",), 9.0)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "c", encoder=WordEncoder())
    attributes = {"source_type": "statute", "title": "刑法第二百六十四条"}
    library.add_items([Item("law/264", "statute", "盗窃的，处罚。", attributes=attributes)])
    return library


def _model(*turns: str) -> ScriptedModel:
    left: Iterator[str] = iter(turns)

    def say(prompt: Prompt, attention: str) -> str:
        return next(left)

    return ScriptedModel(say)


def test_the_loop_over_a_library(library: Library) -> None:
    model = _model("<search><statute>盗窃</statute></search>", "<answer>8</answer>")
    found = reproduce(build(library, model), [CASE])
    assert (found.cases, found.accuracy, found.answered) == (1, 100.0, 1.0)
    assert found.traces[0].steps[1].hits == ("law/264",)
    assert "计算工具" in found.traces[0].prompt
    assert "voluntary_surrender" in found.traces[0].prompt


def test_a_forged_run_counts_for_nothing(library: Library) -> None:
    model = _model("<information>八个月</information><answer>8</answer>")
    found = reproduce(build(library, model, language="en"), [CASE])
    assert (found.accuracy, found.violations, found.answered) == (0.0, 1, 0.0)


def test_cases_without_a_term_are_left_out(library: Library) -> None:
    life = JudgedCase("b", "甲。", ("盗窃",), (), None)
    assert reproduce(build(library, _model()), [life]).cases == 0


def test_published_figures_as_published() -> None:
    assert PUBLISHED == {"CAIL2018": 46.18, "CJO22": 44.29}


def test_a_library_without_sources(tmp_path: Path) -> None:
    with (
        Library.create(tmp_path / "empty", encoder=WordEncoder()) as library,
        pytest.raises(InvalidInputError, match="no typed source"),
    ):
        build(library, _model())
