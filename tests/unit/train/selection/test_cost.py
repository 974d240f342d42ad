"""What a selection costs, and what a budget pays for."""

import pytest

from trovato.core import InvalidInputError
from trovato.train.selection import Cost, CostLedger, examples_for_rollouts, parse_budget


@pytest.mark.parametrize(
    ("text", "count"),
    [("10%", 1075), ("0.001%", 1), ("100%", 10_748), ("256", 256), ("1e9%", 10_748)],
)
def test_a_budget_is_a_share_or_a_number(text: str, count: int) -> None:
    assert parse_budget(text, 10_748) == count


@pytest.mark.parametrize("text", ["", "%", "0", "-5%", "ten", "nan%", "1.5"])
def test_other_budgets_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="such as 10% or 1024"):
        parse_budget(text, 100)


def test_scoring_is_paid_before_training() -> None:
    assert examples_for_rollouts(50_000, 42_992, 4, 3) == 584
    with pytest.raises(InvalidInputError, match="scoring took 42,992 of 42,995"):
        examples_for_rollouts(42_995, 42_992, 4, 1)


def published(scoring: int) -> CostLedger:
    ledger = CostLedger()
    ledger.add("proxy", Cost())
    ledger.add("scoring", Cost(scoring))
    ledger.add("selection", Cost(seconds=5.0))
    ledger.add("training", Cost(4 * 1_024 * 10, tokens=7))
    return ledger


def test_the_published_sizes_break_even_between_one_and_two_epochs() -> None:
    pool, selected = 10_748, 1_024
    assert published(6 * pool).break_even_epochs(pool, selected, 4) == pytest.approx(1.66, abs=0.01)
    assert published(4 * pool).break_even_epochs(pool, selected, 4) == pytest.approx(1.11, abs=0.01)
    assert published(6 * pool).break_even_epochs(pool, pool, 4) == float("inf")


@pytest.mark.usefixtures("unchecked")
def test_a_saving_counts_all_stages() -> None:
    ledger = published(6 * 10_748)
    assert ledger.total == Cost(6 * 10_748 + 40_960, 7, 5.0)
    assert ledger.saving(4 * 10_748 * 10) == pytest.approx(0.755, abs=0.001)
    assert ledger.saving(50_000) < 0
    del ledger.stages["scoring"]
    with pytest.raises(InvalidInputError, match="cost of scoring is not in the account"):
        ledger.saving(430_000)
    with pytest.raises(InvalidInputError, match="a stage is one of"):
        ledger.add("sleep", Cost())  # type: ignore[arg-type]
