"""From a statutory range and factors to a term, with every step written down."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.ops.sentencing.factors import Factor, counted


@dataclass(frozen=True, slots=True)
class StatutoryRange:
    """What the law allows for the offence: months, with `maximum` included."""

    minimum: int | float
    maximum: int | float

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= self.maximum:
            raise InvalidInputError(
                f"a range needs 0 <= minimum <= maximum, got {self.minimum} and {self.maximum}"
            )


@dataclass(frozen=True, slots=True)
class CalculationStep:
    """One step: its name, the interval of months after it, and the rule that was applied."""

    name: str
    low: int | float
    high: int | float
    rule: str


@dataclass(frozen=True, slots=True)
class Calculation:
    """A term in months with the interval around it and the steps that led there."""

    estimate: int | float
    low: int | float
    high: int | float
    steps: tuple[CalculationStep, ...]


@dataclass(frozen=True, slots=True)
class _Term:
    low: int | float
    middle: int | float
    high: int | float

    def step(self, name: str, rule: str) -> CalculationStep:
        return CalculationStep(name, self.low, self.high, rule)


def calculate_term(
    allowed: StatutoryRange,
    starting: int | float,
    *,
    increase: int | float = 0.0,
    factors: tuple[Factor, ...] = (),
    strength: int | float = 0.5,
    discretion: int | float = 0.2,
) -> Calculation:
    """Calculate a term the way a sentencing guideline does.

    Starting term → base term → factors of the first layer, each multiplied → factors of the second
    layer, added up and multiplied once → the statutory range → discretion inside that range. The
    same input always gives the same term. More of what raises a term never lowers it.

    Source: the national sentencing guideline of the PRC, parts two and three, as taught by Chen et
    al. 2026 (arXiv 2602.04690); nothing here names a country, the factors do.

    Parameters
    ----------
    allowed
        The statutory range.
    starting
        Months for the elements of the offence alone; inside `allowed`.
    increase
        Months for amounts, counts and consequences beyond those.
    factors
        That are established; one that another covers is left out.
    strength
        Where in each factor's range the estimate lies: 0 at its weaker end, 1 at its stronger.
    discretion
        Share by which a court may depart from the result.

    Raises
    ------
    InvalidInputError
        If `starting` lies outside `allowed`, `increase` is negative, or a share is not in [0, 1].
    """
    _check(allowed, starting, increase, strength, discretion)
    used = counted(factors)
    base = starting + increase
    term = _Term(base, base, base)
    steps = [
        _Term(starting, starting, starting).step("starting term", "elements of the offence"),
        term.step("base term", f"{increase:+g} months for amount, count or consequence"),
    ]
    for factor in (factor for factor in used if factor.layer == 1):
        term = _changed(term, [factor], strength)
        steps.append(term.step("first layer", _rule(factor)))
    second = [factor for factor in used if factor.layer == 2]
    if second:
        term = _changed(term, second, strength)
        steps.append(term.step("second layer", ", ".join(_rule(factor) for factor in second)))
    floor = 0.0 if any(factor.mitigates for factor in used) else allowed.minimum
    term = _within(term, floor, allowed.maximum)
    below = "mitigation may lead below the minimum" if floor < allowed.minimum else "no mitigation"
    steps.append(term.step("clipping", f"{floor:g} to {allowed.maximum:g} months, {below}"))
    final = _within(
        _Term(term.low * (1 - discretion), term.middle, term.high * (1 + discretion)),
        floor,
        allowed.maximum,
    )
    steps.append(final.step("discretion", f"up to {discretion:.0%} either way"))
    return Calculation(final.middle, final.low, final.high, tuple(steps))


def _check(
    allowed: StatutoryRange,
    starting: int | float,
    increase: int | float,
    strength: int | float,
    discretion: int | float,
) -> None:
    if not allowed.minimum <= starting <= allowed.maximum:
        raise InvalidInputError(
            f"the starting term must lie in {allowed.minimum:g}…{allowed.maximum:g} months, got "
            f"{starting:g}: choose another range or another starting term"
        )
    if increase < 0:
        raise InvalidInputError(f"the increase must be at least 0 months, got {increase:g}")
    if not 0 <= strength <= 1 or not 0 <= discretion <= 1:
        raise InvalidInputError(
            f"strength and discretion are shares in [0, 1], got {strength} and {discretion}"
        )


def _changed(term: _Term, factors: list[Factor], strength: int | float) -> _Term:
    """All changes of one layer at once."""
    return _Term(
        _after(term.low, [(factor, factor.low) for factor in factors]),
        _after(term.middle, [(factor, _at(factor, strength)) for factor in factors]),
        _after(term.high, [(factor, factor.high) for factor in factors]),
    )


def _after(months: int | float, changes: list[tuple[Factor, int | float]]) -> int | float:
    """The term after changes by shares of it; `least_months` is a floor of what raises it."""
    change = sum(
        max(months * share, factor.least_months) if factor.least_months else months * share
        for factor, share in changes
    )
    return max(months + change, 0.0)


def _at(factor: Factor, strength: int | float) -> int | float:
    """The change at that strength: towards -1 for what lowers, towards 1 for what raises."""
    weak, strong = (factor.high, factor.low) if factor.high <= 0 else (factor.low, factor.high)
    return weak + strength * (strong - weak)


def _within(term: _Term, floor: int | float, ceiling: int | float) -> _Term:
    return _Term(
        *(min(max(months, floor), ceiling) for months in (term.low, term.middle, term.high))
    )


def _rule(factor: Factor) -> str:
    least = f", at least {factor.least_months:g} months" if factor.least_months else ""
    return f"{factor.name} {factor.low:+.0%}…{factor.high:+.0%}{least}"
