"""AIANO's defaults and published figures, and the keystroke-level model."""

from pathlib import Path

import pytest

from trovato.annotate import Document, Suggested, visible_suggestions
from trovato.core import InvalidInputError
from trovato.systems.aiano import AIANO_FLOW, PUBLISHED, Flow, build, klm_seconds, reproduce


def test_nothing_is_blind_there(tmp_path: Path) -> None:
    with build(tmp_path / "made", "ada") as project:
        project.add_documents([Document("d", "text")])
        project.add_queries({"q": "what?"}, "ada")
        project.record("ada", Suggested("grade", "q", "d", "m", "h", {"grade": 1}))
        assert len(visible_suggestions(project, "ada", "q", "d")) == 1


def test_operators_add_up() -> None:
    assert klm_seconds("MK") == pytest.approx(1.48)
    assert klm_seconds("MPB") == pytest.approx(2.5)
    with pytest.raises(InvalidInputError, match="operators are"):
        klm_seconds("X")


def test_the_paper_says_what_it_says() -> None:
    times = PUBLISHED[0]
    assert (times.aiano, times.label_studio) == (6.0, 10.0)
    assert AIANO_FLOW.seconds(2.25) == pytest.approx(33.6)


def test_reproduction_compares_three_ways() -> None:
    ours = Flow(0.0, 4.0, 1.5, 0.0)
    assert [round(seconds, 2) for _, seconds in reproduce(ours)] == [33.6, 9.0, 15.0]
