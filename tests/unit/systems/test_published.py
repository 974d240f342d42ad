"""The paper's table beside a run of ours."""

from __future__ import annotations

from trovato.evaluate import Breakdown, Estimate
from trovato.redteam import ExperimentCondition, RedTeamReport, Row
from trovato.systems.sdag import reproduce


def row(place: str, attack: str, count: int, defence: str, right: float, won: float) -> Row:
    cell = ExperimentCondition(place, attack, count, defence)  # type: ignore[arg-type]
    right_share, won_share = Estimate(right, right, right), Estimate(won, won, won)
    return Row(cell, right_share, won_share, right_share, 1.0, None, None, None, Breakdown())


def test_the_published_figures_stand_alone() -> None:
    table = reproduce().rows()
    assert ["sdag", "1", ".23/.41", ".69/.20", ".37/.17", ""] in table
    assert len(table) == 12
    assert len(reproduce(k=10).rows()) == 6


def test_ours_stand_beside_them_where_the_setting_is_theirs() -> None:
    report = RedTeamReport(
        10,
        (
            row("in-set", "random", 2, "sdag", 0.5, 1.0),
            row("in-corpus", "random", 1, "sdag", 0.1, 0.1),
            row("in-set", "near", 1, "none", 0.1, 0.1),
        ),
    )
    found = {(line[0], line[1]): line[-1] for line in reproduce(report).rows()}
    assert found["sdag", "2"] == ".50/1.00"
    assert all(ours == "" for key, ours in found.items() if key != ("sdag", "2"))
    assert reproduce(report).differences
