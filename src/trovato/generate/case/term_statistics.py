"""What judged cases teach beside the law: starting terms, and how far terms lie apart."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, atomic_path
from trovato.ops import term_bin

_LONGEST = 216  # months: where LawBench's log distance is 1


@dataclass(frozen=True, slots=True)
class TermEstimate:
    """A term in months, the interval that holds 80 % of like cases, and how many those were."""

    months: float
    low: float
    high: float
    like_cases: float


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """Learned from judged cases; see `trovato.train.fit_term_statistics`.

    Parameters
    ----------
    weights
        Of the features of an offence, on the logarithm of 1 + its starting term in months.
    calculated, pronounced
        The calculated and the pronounced term of each judged case, the first by statistics of the
        others.
    case_weights
        How much each of them counts.
    bandwidth
        Of the kernel on the logarithm, within which cases are alike.
    """

    weights: Mapping[str, float]
    calculated: tuple[float, ...]
    pronounced: tuple[float, ...]
    case_weights: tuple[float, ...]
    bandwidth: float = 0.3

    def starting_term(self, features: Mapping[str, float]) -> float:
        """Months for the elements of an offence alone, at least half a month."""
        total = sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return max(math.expm1(total), 0.5)

    def estimate(self, calculated: float) -> TermEstimate:
        """The term that like cases lead to expect.

        Cases count by a Gaussian kernel on the distance of the calculated terms' logarithms
        (Nadaraya 1964). The estimate is the pronounced term that maximises the expected share of
        hits in the ten bins plus the expected log score, both of equal weight.

        Parameters
        ----------
        calculated
            Months, from `calculate_term`.
        """
        terms = np.array(self.pronounced)
        distance = np.log1p(np.array(self.calculated)) - math.log1p(calculated)
        kernel = np.exp(-0.5 * (distance / self.bandwidth) ** 2) * np.array(self.case_weights)
        share = (kernel + 1e-12) / (kernel + 1e-12).sum()
        candidates = np.unique(terms)
        bins = np.array([term_bin(float(term)) for term in terms])
        of_candidates = np.array([term_bin(float(term)) for term in candidates])
        hits = (of_candidates[:, None] == bins) @ share
        apart = np.abs(np.log1p(candidates)[:, None] - np.log1p(terms))
        log_score = (1 - apart / math.log(_LONGEST)) @ share
        low, high = _quantile(terms, share, 0.1), _quantile(terms, share, 0.9)
        best = float(candidates[int(np.argmax(hits + log_score))])
        return TermEstimate(best, low, high, float(kernel.sum()))

    def save(self, path: PathLike) -> None:
        """Write them as JSON."""
        record = {
            "weights": dict(self.weights),
            "calculated": self.calculated,
            "pronounced": self.pronounced,
            "case_weights": self.case_weights,
            "bandwidth": self.bandwidth,
        }
        with atomic_path(Path(path)) as part:
            part.write_text(json.dumps(record, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, path: PathLike) -> TermStatistics:
        """Read them.

        Raises
        ------
        UnreadableFileError
            If the file cannot be read.
        InvalidInputError
            If it holds something else.
        """
        try:
            record = json.loads(Path(path).read_text("utf-8"))
            return cls(
                {str(name): float(weight) for name, weight in record["weights"].items()},
                tuple(map(float, record["calculated"])),
                tuple(map(float, record["pronounced"])),
                tuple(map(float, record["case_weights"])),
                float(record["bandwidth"]),
            )
        except OSError as error:
            raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInputError(
                f"{path} holds no statistics of terms: make them with `bench/sentencing.py --save`"
            ) from error


def _quantile(values: np.ndarray, share: np.ndarray, level: float) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.searchsorted(np.cumsum(share[order]), level)
    return float(values[order][min(int(reached), len(values) - 1)])
