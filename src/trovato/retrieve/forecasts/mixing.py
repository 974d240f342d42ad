"""What somebody may like, mixed with what everybody will want."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trovato.core import InvalidInputError, Query, Ranking, Retriever


@dataclass(frozen=True, slots=True, eq=False)
class PopularityMix:
    """Ranks by (1 − weight) · personal score + weight · forecast, each from 0 to 1 in its list.

    Source: PARE (arXiv 2308.08799) found that a forecast of popularity, which asks nothing of the
    person, adds to a personal ranking. What only one side lists has 0 on the other.

    Parameters
    ----------
    personal
        Ranks by the history of the query.
    popular
        Ranks by its moment, such as `PopularityForecaster`.
    weight
        Share of the forecast, 0 to 1.
    depth
        How much of each list is mixed; no more can be asked for.

    Raises
    ------
    InvalidInputError
        If the weight is out of range, or the depth below 1.
    """

    personal: Retriever
    popular: Retriever
    weight: float = 0.5
    depth: int = 1000

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:
            raise InvalidInputError(f"the weight of a forecast is 0 to 1, got {self.weight}")
        if self.depth < 1:
            raise InvalidInputError(f"a depth is at least 1, got {self.depth}")

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` items of both lists.

        The evidence is that of the side that gives an item more of its score. Items of the history
        are left out, as the personal side leaves them out.

        Raises
        ------
        InvalidInputError
            If `k` is below 1 or above the depth.
        """
        if not 1 <= k <= self.depth:
            raise InvalidInputError(f"k is 1 to {self.depth}, got {k}")
        personal = self.personal.retrieve(query, self.depth)
        popular = self.popular.retrieve(query, self.depth + len(query.history))
        sides = [
            (personal, 1 - self.weight, _scaled(hit.score for hit in personal)),
            (popular, self.weight, _scaled(hit.score for hit in popular)),
        ]
        scores: dict[str, float] = {}
        told: dict[str, tuple[float, int, int]] = {}
        for side, (ranking, share, values) in enumerate(sides):
            for at, (hit, value) in enumerate(zip(ranking, values, strict=True)):
                name, part = hit.item.id, share * value
                if name in query.history:
                    continue
                scores[name] = scores.get(name, 0.0) + part
                if name not in told or part > told[name][0]:
                    told[name] = (part, side, at)
        best = sorted(scores, key=lambda name: (-scores[name], name))[:k]
        hits = [(name, sides[told[name][1]][0][told[name][2]]) for name in best]
        return Ranking.of((hit.item, scores[name], hit.evidence) for name, hit in hits)


def _scaled(scores: Iterable[float]) -> list[float]:
    """From 0 for the lowest to 1 for the highest; all 1 where they are equal."""
    found = list(scores)
    low, high = min(found, default=0.0), max(found, default=0.0)
    return [(one - low) / (high - low) if high > low else 1.0 for one in found]
