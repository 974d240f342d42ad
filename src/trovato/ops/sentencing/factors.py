"""What raises or lowers a term, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError


@dataclass(frozen=True, slots=True)
class Factor:
    """A sentencing factor.

    Parameters
    ----------
    name
        As the pack calls it, such as "voluntary_surrender".
    low, high
        Least and largest change as a share of the base term: below 0 lowers it.
    layer
        1 multiplies the base term by itself; 2 is added to the other factors of layer 2 first.
    least_months
        It raises the term by at least so many months.
    mitigates
        The law lets it lead below the statutory minimum.
    covers
        Names of factors that are not counted beside this one.
    """

    name: str
    low: int | float
    high: int | float
    layer: int = 2
    least_months: int | float = 0.0
    mitigates: bool = False
    covers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not -1 <= self.low <= self.high:
            raise InvalidInputError(
                f"factor {self.name!r} needs -1 <= low <= high, got {self.low} and {self.high}"
            )
        if self.layer not in (1, 2):
            raise InvalidInputError(f"factor {self.name!r} needs layer 1 or 2, got {self.layer}")


def counted(factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """The factors without those that another one covers, each name once, by name."""
    by_name = {factor.name: factor for factor in factors}
    covered = {name for factor in by_name.values() for name in factor.covers - {factor.name}}
    return tuple(by_name[name] for name in sorted(by_name.keys() - covered))
