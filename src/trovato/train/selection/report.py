"""Why each example was chosen or dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.core.shapes import Float64, Int64
from trovato.train.selection.config import SelectionConfig
from trovato.train.selection.reward_table import RewardTable


@dataclass(frozen=True, slots=True, eq=False)
class SelectionReport:
    """What `select_examples` found, one value for each row of the table.

    Parameters
    ----------
    table, config
        What was asked; mean rewards of examples without rollouts are estimates.
    learnability, representativeness, scores
        0…1, 0…1 and their weighted sum; nan without rewards. None where there were no gradients.
    chosen
        Rows in the order of choice: the first k are the choice of k.
    order
        The same rows in the order to train in.
    nearest, distances
        Row of the chosen example nearest to each one, and the cosine distance to it; None where
        there were no embeddings.
    warnings
        What to know of the rewards.
    """

    table: RewardTable
    config: SelectionConfig
    learnability: Float64[np.ndarray, " examples"]
    representativeness: Float64[np.ndarray, " examples"] | None
    scores: Float64[np.ndarray, " examples"]
    chosen: Int64[np.ndarray, " k"]
    order: Int64[np.ndarray, " k"]
    nearest: Int64[np.ndarray, " examples"] | None
    distances: Float64[np.ndarray, " examples"] | None
    warnings: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        """Ids in the order to train in."""
        return [self.table.ids[row] for row in self.order.tolist()]

    def reasons(self) -> list[str]:
        """Why each row was dropped; "chosen" for those that were not.

        A row whose score is as high as that of a chosen one lies too near to one that was taken
        before. Of the others the lower part of the score is to blame.
        """
        least = self.scores[self.chosen].min()
        learnt = float(np.median(self.learnability[self.chosen]))
        easier = float(np.median(self.table.means[self.chosen]))
        found = []
        for row in range(len(self.table)):
            if np.isnan(self.learnability[row]):
                reason = "no reward"
            elif self.scores[row] >= least and self.distances is not None:
                reason = "near a chosen one" if self.distances[row] > 0 else "duplicate"
            elif self.scores[row] >= least:
                reason = "tie"
            elif self.representativeness is not None and self.learnability[row] >= learnt:
                reason = "not representative"
            else:
                reason = "too easy" if self.table.means[row] > easier else "too hard"
            found.append(reason)
        for row in self.chosen.tolist():
            found[row] = "chosen"
        return found

    def rows(self) -> Iterator[dict[str, Any]]:
        """One record for each example: its scores, nearest chosen example and the reason."""
        places = {row: place for place, row in enumerate(self.order.tolist())}
        for row, reason in enumerate(self.reasons()):
            near = None if self.nearest is None else int(self.nearest[row])
            yield {
                "id": self.table.ids[row],
                "mean_reward": _number(self.table.means[row]),
                "reward_std": _number(self.table.stds[row]),
                "rollouts": int(self.table.counts[row]),
                "learnability": _number(self.learnability[row]),
                "representativeness": _entry(self.representativeness, row),
                "score": _number(self.scores[row]),
                "nearest_chosen": self.table.ids[near] if near is not None and near >= 0 else None,
                "distance": _entry(self.distances, row),
                "place": places.get(row),
                "reason": reason,
            }

    def segments(self) -> dict[str, tuple[int, int]]:
        """Examples of each segment in the pool, and among the chosen ones."""
        pool = Counter(self.table.segments)
        taken = Counter(self.table.segments[row] for row in self.chosen.tolist())
        return {name: (pool[name], taken[name]) for name in sorted(pool)}

    def to_json(self) -> dict[str, Any]:
        """A summary of the whole."""
        means = self.table.means[self.chosen]
        return {
            "pool": len(self.table),
            "chosen": len(self.chosen),
            "scoring_rollouts": int(self.table.counts.sum()),
            "mean_reward": {
                "pool": _number(np.nanmean(self.table.means)),
                "chosen": _number(means.mean()),
            },
            "reasons": dict(sorted(Counter(self.reasons()).items())),
            "segments": {
                name: {"pool": pool, "chosen": chosen}
                for name, (pool, chosen) in self.segments().items()
            },
            "config": asdict(self.config),
            "warnings": list(self.warnings),
        }


def _entry(values: Float64[np.ndarray, " examples"] | None, row: int) -> float | None:
    return None if values is None else _number(values[row])


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
