"""Costs that are predicted, against published tables."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from trovato.cli.main import main
from trovato.core import InvalidInputError
from trovato.library import plan_cost


@pytest.mark.parametrize(
    ("model", "vector_format", "gib"),
    [
        ("nemotron-8b", "fp16", 5897.5),
        ("nemotron-4b", "fp16", 3686.0),
        ("nemotron-3b", "fp16", 13183.6),
        ("nemotron-8b", "fp16/512d", 737.2),
        ("nemotron-4b", "fp16/128d", 184.3),
    ],
)
def test_bytes_are_those_of_the_paper(model: str, vector_format: str, gib: float) -> None:
    found = plan_cost(1_000_000, model, vector_format=vector_format)
    assert found.bytes / 2**30 == pytest.approx(gib, abs=0.06)


def test_a_page_takes_what_colpali_reports() -> None:
    assert plan_cost(1, "colpali", machine="l4").build_seconds == pytest.approx(0.39, abs=0.01)


def test_pooling_halves_and_pages_multiply() -> None:
    one, half = (plan_cost(10, "colpali", vector_format=name) for name in ("4bit", "4bit/pool2"))
    assert half.bytes * 2 == one.bytes
    assert plan_cost(20, "colpali", vector_format="4bit").build_seconds == 2 * one.build_seconds
    many = plan_cost(10_000, "colpali")
    assert many.rerank_seconds == pytest.approx(many.exact_seconds / 10)


def test_what_cannot_be_planned() -> None:
    with pytest.raises(InvalidInputError, match="one of minilm"):
        plan_cost(1, "gpt")
    with pytest.raises(InvalidInputError, match="machine"):
        plan_cost(1, "colpali", machine="abacus")
    with pytest.raises(InvalidInputError, match="at least 1"):
        plan_cost(0, "colpali")


def test_the_command() -> None:
    asked = ["plan", "--pages", "1000", "--model", "nemotron-8b"]
    shown = CliRunner().invoke(main, asked)
    assert "4bit/128d/pool2" in shown.output
    found = json.loads(CliRunner().invoke(main, [*asked, "--format", "int8", "--json"]).output)
    assert found["int8"]["vectors"] == 773_000
