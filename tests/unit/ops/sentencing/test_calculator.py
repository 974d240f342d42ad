"""Worked cases, each calculated by hand from the guideline, and the laws of the calculator."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import Factor, StatutoryRange, calculate_term

JUVENILE = Factor("juvenile", -0.5, -0.1, layer=1, mitigates=True)
ATTEMPT = Factor("attempt", -0.5, 0.0, layer=1, mitigates=True)
ACCESSORY = Factor("accessory", -0.5, -0.2, layer=1, mitigates=True)
SURRENDER = Factor("surrender", -0.4, 0.0, mitigates=True)
CONFESSION = Factor("confession", -0.2, 0.0)
RETURN = Factor("return_of_gains", -0.3, 0.0)
PLEA = Factor(
    "plea", -0.3, 0.0, covers=frozenset({"surrender", "confession", "return_of_gains", "in_court"})
)
RECIDIVIST = Factor("recidivist", 0.1, 0.4, least_months=3)
RECORD = Factor("record", 0.0, 0.1)
VICTIM = Factor("vulnerable_victim", 0.0, 0.2)
UP_TO_3 = StatutoryRange(1, 36)
TO_10 = StatutoryRange(36, 120)

# allowed, starting, increase, factors, strength, discretion, (low, estimate, high)
WORKED = [
    (UP_TO_3, 12, 0, (), 0.5, 0.0, (12, 12, 12)),
    (UP_TO_3, 12, 6, (), 0.5, 0.0, (18, 18, 18)),
    (UP_TO_3, 10, 0, (), 0.5, 0.2, (8, 10, 12)),
    (UP_TO_3, 20, 0, (CONFESSION,), 0.5, 0.0, (16, 18, 20)),
    (UP_TO_3, 20, 0, (CONFESSION,), 1.0, 0.0, (16, 16, 20)),
    (UP_TO_3, 20, 0, (CONFESSION,), 0.0, 0.0, (16, 20, 20)),
    # Same direction is added: 20 × (1 − .1 − .15).
    (UP_TO_3, 20, 0, (CONFESSION, RETURN), 0.5, 0.0, (10, 15, 20)),
    # Opposite directions are set off: 20 × (1 − .1 + .25), at least 3 months for the recidivist.
    (UP_TO_3, 20, 0, (CONFESSION, RECIDIVIST), 0.5, 0.0, (19, 23, 28)),
    # Three months at least: 6 × 25 % would be 1.5.
    (UP_TO_3, 6, 0, (RECIDIVIST,), 0.5, 0.0, (9, 9, 9)),
    (UP_TO_3, 30, 0, (RECIDIVIST,), 0.5, 0.0, (33, 36, 36)),
    # First layer is multiplied before the second: 20 × .75 × .9.
    (UP_TO_3, 20, 0, (ATTEMPT, CONFESSION), 0.5, 0.0, (8, 13.5, 20)),
    # Two of the first layer multiply each other: 20 × .7 × .65.
    (UP_TO_3, 20, 0, (JUVENILE, ACCESSORY), 0.5, 0.0, (5, 9.1, 14.4)),
    # Leniency without mitigation stops at the minimum: 40 × .75 is 30.
    (TO_10, 40, 0, (CONFESSION, RETURN), 0.5, 0.0, (36, 36, 40)),
    # Mitigation goes below it.
    (TO_10, 40, 0, (SURRENDER,), 0.5, 0.0, (24, 32, 40)),
    (TO_10, 40, 0, (ACCESSORY, CONFESSION), 0.5, 0.0, (16, 23.4, 32)),
    # Nothing goes above the maximum.
    (TO_10, 110, 0, (RECIDIVIST,), 0.5, 0.0, (120, 120, 120)),
    (TO_10, 110, 20, (), 0.5, 0.2, (96, 120, 120)),
    # A plea is not counted beside what it rests on: 20 × .85, not 20 × .6.
    (UP_TO_3, 20, 0, (PLEA, CONFESSION, RETURN), 0.5, 0.0, (14, 17, 20)),
    (UP_TO_3, 20, 0, (PLEA, RECORD, VICTIM), 0.5, 0.0, (14, 20, 26)),
    # Discretion does not lead below the minimum either.
    (TO_10, 40, 0, (), 0.5, 0.2, (36, 40, 48)),
    (StatutoryRange(1, 6), 2, 0, (CONFESSION,), 0.5, 0.2, (1.28, 1.8, 2.4)),
]


@pytest.mark.parametrize(
    ("allowed", "starting", "increase", "factors", "strength", "discretion", "expected"), WORKED
)
def test_worked_cases(
    allowed: StatutoryRange,
    starting: float,
    increase: float,
    factors: tuple[Factor, ...],
    strength: float,
    discretion: float,
    expected: tuple[float, float, float],
) -> None:
    found = calculate_term(
        allowed,
        starting,
        increase=increase,
        factors=factors,
        strength=strength,
        discretion=discretion,
    )
    assert (found.low, found.estimate, found.high) == pytest.approx(expected)


def test_the_trace_names_every_step_in_order() -> None:
    found = calculate_term(UP_TO_3, 12, increase=2, factors=(CONFESSION, ATTEMPT))
    assert [step.name for step in found.steps] == [
        "starting term",
        "base term",
        "first layer",
        "second layer",
        "clipping",
        "discretion",
    ]
    assert found.steps[-1].low == found.low
    assert found.steps[-1].high == found.high
    assert "attempt -50%…+0%" in found.steps[2].rule


_FACTORS = st.sets(
    st.sampled_from([JUVENILE, ATTEMPT, ACCESSORY, SURRENDER, CONFESSION, RETURN, PLEA, RECORD]),
    max_size=4,
)
_SHARES = st.floats(0, 1)


@given(_FACTORS, st.floats(1, 36), st.floats(0, 24), _SHARES, _SHARES)
def test_laws(
    factors: set[Factor], starting: float, increase: float, strength: float, discretion: float
) -> None:
    def term(*extra: Factor, more: float = 0.0) -> tuple[float, float, float]:
        found = calculate_term(
            UP_TO_3,
            starting,
            increase=increase + more,
            factors=(*extra, *factors),
            strength=strength,
            discretion=discretion,
        )
        return found.low, found.estimate, found.high

    low, estimate, high = plain = term()
    assert 0 <= low <= estimate + 1e-9
    assert estimate <= high + 1e-9
    assert high <= 36
    near = 1e-9
    for raised in (term(RECIDIVIST), term(VICTIM), term(more=3)):
        assert all(a >= b - near for a, b in zip(raised, plain, strict=True))
    if CONFESSION not in factors:
        assert all(a <= b + near for a, b in zip(term(CONFESSION), plain, strict=True))
    # Order and repetition of the factors change nothing.
    assert term(*sorted(factors, key=lambda factor: factor.name, reverse=True)) == plain


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"starting": 40}, "starting term"),
        ({"increase": -1}, "increase"),
        ({"strength": 1.5}, "strength"),
        ({"discretion": -0.1}, "discretion"),
    ],
)
def test_impossible_input(change: dict[str, float], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        calculate_term(**{"allowed": UP_TO_3, "starting": 12, **change})  # type: ignore[arg-type]


def test_impossible_parts() -> None:
    with pytest.raises(InvalidInputError, match="minimum"):
        StatutoryRange(12, 6)
    with pytest.raises(InvalidInputError, match="layer"):
        replace(RECORD, layer=3)
    with pytest.raises(InvalidInputError, match="low <= high"):
        Factor("backwards", 0.2, -0.2)
