"""Statistics of pronounced terms, fitted to judged cases."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, Item, generator
from trovato.core.shapes import Float64
from trovato.generate.case import Pack, TermStatistics, analyze_case
from trovato.generate.case.analysis import CaseAnalysis, offence_features
from trovato.ops import Factor, StatutoryRange, calculate_term

_LEAST_CASES = 20
# Factors alone, on a term that no range cuts.
_UNBOUNDED = StatutoryRange(0.0, 1e9)


@dataclass(frozen=True, slots=True)
class TermExample:
    """A judged case to learn from.

    Parameters
    ----------
    facts, charges
        As `analyze_case` takes them.
    months
        The pronounced term.
    weight
        How much it counts.
    """

    facts: str
    charges: tuple[str, ...]
    months: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Row:
    features: Mapping[str, float]
    factors: tuple[Factor, ...]
    allowed: StatutoryRange
    months: float
    weight: float

    @property
    def target(self) -> float:
        """Logarithm of the starting term that the factors would have led to what was pronounced."""
        factored = calculate_term(_UNBOUNDED, 100.0, factors=self.factors, discretion=0.0).estimate
        return math.log1p(self.months) - math.log(max(factored, 5.0) / 100)


def fit_term_statistics(
    examples: Sequence[TermExample],
    statutes: Mapping[str, Item],
    pack: Pack,
    *,
    ridge: float = 3.0,
    bandwidth: float = 0.3,
    folds: int = 5,
    seed: int = 0,
) -> TermStatistics:
    """Fit starting terms by ridge regression, then see how calculated and pronounced terms relate.

    The regression knows the offence, its range, amounts and consequences. Factors stay with the
    calculator: their effect is divided out before. Each case's calculated term comes from a fit
    without its fold, so that intervals are honest.

    Parameters
    ----------
    examples
        Those without an established range are left out.
    statutes, pack
        As `analyze_case` takes them.
    ridge
        Penalty on squared weights.
    bandwidth
        Of the kernel; see `TermStatistics`.
    folds
        At least 2.
    seed
        Of the folds.

    Raises
    ------
    InvalidInputError
        If fewer than 20 examples have a range, or `folds` is below 2.
    """
    if folds < 2:
        raise InvalidInputError(f"folds must be at least 2, got {folds}")
    rows = [row for row in (_row(example, statutes, pack) for example in examples) if row]
    if len(rows) < _LEAST_CASES:
        raise InvalidInputError(
            f"statistics need at least {_LEAST_CASES} cases with an established range, got "
            f"{len(rows)}: add cases, or the statutes that they cite"
        )
    fold = generator(seed, "term folds").permutation(len(rows)) % folds
    calculated = np.zeros(len(rows))
    for held_out in range(folds):
        weights = _weights(
            [row for row, at in zip(rows, fold, strict=True) if at != held_out], ridge
        )
        part = TermStatistics(weights, (), (), (), bandwidth)
        for place in np.flatnonzero(fold == held_out).tolist():
            calculated[place] = _calculated(rows[place], part)
    return TermStatistics(
        _weights(rows, ridge),
        tuple(calculated.tolist()),
        tuple(row.months for row in rows),
        tuple(row.weight for row in rows),
        bandwidth,
    )


def _row(example: TermExample, statutes: Mapping[str, Item], pack: Pack) -> _Row | None:
    analysis: CaseAnalysis = analyze_case(example.facts, example.charges, statutes, pack)
    if analysis.established is None:
        return None
    offences = [offence for offence in map(pack.offence, example.charges) if offence]
    return _Row(
        offence_features(
            example.facts, offences, analysis.established, analysis.amounts, analysis.consequences
        ),
        tuple(found.rule.factor for found in analysis.factors),
        analysis.established.chosen.penalty.allowed,
        example.months,
        example.weight,
    )


def _calculated(row: _Row, statistics: TermStatistics) -> float:
    starting = statistics.starting_term(row.features)
    starting = min(max(starting, row.allowed.minimum), row.allowed.maximum)
    return float(calculate_term(row.allowed, starting, factors=row.factors).estimate)


def _weights(rows: Sequence[_Row], ridge: float) -> dict[str, float]:
    """Weighted ridge regression; the constant is not penalised."""
    names = sorted({name for row in rows for name in row.features})
    column = {name: place for place, name in enumerate(names)}
    design: Float64[np.ndarray, "rows features"] = np.zeros((len(rows), len(names)))
    for place, row in enumerate(rows):
        for name, value in row.features.items():
            design[place, column[name]] = value
    target = np.array([row.target for row in rows])
    weight = np.array([row.weight for row in rows])
    mean = np.average(design, axis=0, weights=weight)
    centre = float(np.average(target, weights=weight))
    mean[column["constant"]] = 0.0
    apart = design - mean
    apart[:, column["constant"]] = 0.0
    penalty = ridge * np.eye(len(names))
    solved = np.linalg.solve(
        apart.T @ (apart * weight[:, None]) + penalty, apart.T @ (weight * (target - centre))
    )
    solved[column["constant"]] = centre - float(mean @ solved)
    return dict(zip(names, solved.tolist(), strict=True))
