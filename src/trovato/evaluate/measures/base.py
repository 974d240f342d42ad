"""What every measure shares: a cutoff, and a name that can be printed and read back."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from trovato.core import InvalidInputError, check_many

_Cut = TypeVar("_Cut", bound="CutMeasure")


class _Notation(ABCMeta):
    """Lets a kind of measure be written with its cutoff as the field writes it: `nDCG @ 10`."""

    def __matmul__(cls: type[_Cut], k: int) -> _Cut:  # type: ignore[misc]
        return cls(k)


@dataclass(frozen=True)
class CutMeasure(metaclass=_Notation):
    """A measure of the best `k` of a ranking; `nDCG @ 10` is the same as `NDCG(10)`.

    Parameters
    ----------
    k
        How many hits count, at least 1; None for the whole ranking.

    Raises
    ------
    InvalidInputError
        If `k` is below 1, or None where the measure needs a cutoff.
    """

    name: ClassVar[str]
    needs_cutoff: ClassVar[bool] = False

    k: int | None = None

    def __post_init__(self) -> None:
        if self.k is None and self.needs_cutoff:
            raise InvalidInputError(
                f"{self.name} needs a cutoff, got none; write for example {self.name}@10"
            )
        if self.k is not None and self.k < 1:
            raise InvalidInputError(f"a cutoff must be at least 1, got {self.k}")

    def __call__(self, ranking: Sequence[str], grades: Mapping[str, int]) -> float:
        """The value for one query.

        Parameters
        ----------
        ranking
            Ids from best to worst, each once.
        grades
            Grade by id; ids not named have grade 0, and 1 or more is relevant.
        """
        check_many("ranking", ranking)
        return self._value(ranking[: self.k], grades)

    @abstractmethod
    def _value(self, best: Sequence[str], grades: Mapping[str, int]) -> float:
        """The value for the part of a ranking that counts."""

    def __str__(self) -> str:
        return self.name if self.k is None else f"{self.name}@{self.k}"
