"""Statistics against SciPy, and a drawn log beside the published figures."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats as distributions

from trovato.core import InvalidInputError
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Comparison, Scale, compare, synthesise
from trovato.interactions.synthetic.population import (
    AGENTS,
    PLATFORM_OF,
    PLATFORMS,
    agent_shares,
    draw_agents,
    zipf,
)
from trovato.interactions.synthetic.published_moments import (
    chi_square,
    kolmogorov,
    log_normal_tail,
    tail_exponent,
)


def test_the_tail_of_a_power_law_has_its_exponent() -> None:
    drawn = 1000 * np.random.default_rng(1).random(400_000) ** (-1 / 1.3)
    found, error = tail_exponent(drawn.astype(np.int64), 0.01)
    assert error == pytest.approx(1.3 / math.sqrt(4000), rel=0.1)
    assert found == pytest.approx(1.3, abs=3 * error)


def test_the_tail_of_a_log_normal_law_is_known() -> None:
    drawn = 1000 * np.exp(1.1 * np.random.default_rng(2).standard_normal(400_000))
    found, error = tail_exponent(drawn.astype(np.int64), 0.01)
    assert log_normal_tail(1.1, 0.01) == pytest.approx(found, abs=3 * error)


def test_statistics_are_those_of_scipy() -> None:
    random = np.random.default_rng(3)
    shares = zipf(24)
    counts = random.multinomial(5000, shares).astype(np.int64)
    statistic, most = chi_square(counts, shares)
    assert statistic == pytest.approx(distributions.chisquare(counts, 5000 * shares).statistic)
    assert most == pytest.approx(distributions.chi2.isf(0.001, 23), rel=0.003)
    distance, most = kolmogorov(counts, np.cumsum(shares))
    law = np.cumsum(shares)
    sample = np.repeat(np.arange(24), counts)
    assert distance == pytest.approx(
        max(abs((sample <= value).mean() - law[value]) for value in range(24))
    )
    assert most == pytest.approx(distributions.kstwobign.isf(0.001) / math.sqrt(5000), rel=1e-3)


def test_agents_are_drawn_as_is_said() -> None:
    agents = draw_agents(np.random.default_rng(4), 200_000)
    counts = np.bincount(agents, minlength=AGENTS).astype(np.int64)
    statistic, most = chi_square(counts, agent_shares())
    assert statistic < most
    assert np.bincount(PLATFORM_OF, agent_shares()) == pytest.approx(zipf(PLATFORMS))
    assert chi_square(counts, np.full(AGENTS, 1 / AGENTS))[0] > 100 * most


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fidelity") / "log"
    synthesise(folder, Scale.of(1_000_000, seed=4))
    return folder


def test_a_drawn_log_is_like_the_published_one(log: Path) -> None:
    found = compare(InteractionLog.open(log))
    assert len({one.name for one in found}) == len(found) == 16
    assert [one for one in found if not one.holds] == []


def test_a_log_that_is_cut_is_not_compared(log: Path) -> None:
    with pytest.raises(InvalidInputError, match="27 weeks"):
        compare(InteractionLog.open(log).weeks(0, 20))


def test_a_figure_may_miss() -> None:
    assert Comparison.near("mean", 1.009, 1.0, 0.01).holds
    assert not Comparison.near("mean", 1.011, 1.0, 0.01).holds
    assert not Comparison.near("mean", 0.98, 1.0, 0.01).holds
