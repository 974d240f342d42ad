"""TRAIL: one list with verified reasons, and the paper's claims beside ours."""

import pytest

from trovato.interactions.synthetic import planted_counts
from trovato.recommend.forecasts import backtest
from trovato.systems.trail import SERVED, build, reproduce
from trovato.train.forecasts import ForecastSettings


def test_what_the_paper_says_stands_alone() -> None:
    claims = reproduce()
    assert {ours for _, _, ours in claims.lines} == {"not measured"}
    assert len(claims.unread) == 4


@pytest.mark.needs("lightgbm")
def test_what_is_served_is_explained_and_verified() -> None:
    table, _ = planted_counts(60, 20)
    settings = ForecastSettings(periods=(4,))
    served = build(table, settings=settings)
    assert len(served.items) == SERVED
    assert all(one.explanation and one.explanation.verification.accepted for one in served.items)
    measured = reproduce(backtest(table, settings, origins=2))
    assert "NDCG@50" in measured.lines[1][2]
    assert "best simple line" in measured.lines[1][2]
    assert measured.lines[2][2] == "not measured"
