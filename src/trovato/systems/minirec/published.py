"""What the paper and its release say, and what an account of ours with the same sizes says.

Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278v1), its abstract, and the README of its release.
"""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.train.selection import Cost, CostLedger

# CDs_and_Vinyl: training examples, rollouts of each, and how many are chosen.
POOL, GROUP, CHOSEN = 10_748, 4, (256, 512, 1024)
PUBLISHED_SAVING = "up to 80 % on CDs_and_Vinyl (README), up to 50 % (summary)"

DIFFERENCES = (
    "The published savings do not say whether selection is part of the cost; here it always is.",
    "Rollouts of the proxy (256 examples, 28 steps of 192) are counted here.",
    "The released program draws six rollouts to score an example; four give all three scores.",
    "Tables of nDCG and hit rate, and the base model, were not at hand: nothing is said of them.",
)
_PROXY = 28 * 48 * GROUP


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Rollouts of the published sizes, with everything counted.

    Parameters
    ----------
    lines
        Chosen examples, rollouts with selection and without, the share saved, and the epochs after
        which selection has paid for itself.
    published
        The saving that is claimed.
    differences
        Why the two need not agree.
    """

    lines: tuple[tuple[int, int, int, float, float], ...]
    published: str = PUBLISHED_SAVING
    differences: tuple[str, ...] = DIFFERENCES

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["chosen", "rollouts", "rollouts of all", "saved", "break-even epochs"]

    def rows(self) -> list[list[str]]:
        """One row for each number of chosen examples."""
        return [
            [f"{chosen:,}", f"{ours:,}", f"{full:,}", f"{saved:.0%}", f"{epochs:.2f}"]
            for chosen, ours, full, saved, epochs in self.lines
        ]


def reproduce(epochs: int = 10, scoring: int = 6) -> Reproduction:
    """The cost of training on 256, 512 and 1,024 of 10,748 examples, scoring and proxy included.

    Parameters
    ----------
    epochs
        Rounds of training, with selection and without.
    scoring
        Rollouts to score an example: 6 in the released program, 4 if they are used again.

    Raises
    ------
    InvalidInputError
        If there is no epoch or rollout.
    """
    if epochs < 1 or scoring < 1:
        raise InvalidInputError(f"epochs and scoring are at least 1, got {epochs} and {scoring}")
    full = POOL * GROUP * epochs
    lines = []
    for chosen in CHOSEN:
        ledger = CostLedger()
        ledger.add("proxy", Cost(_PROXY))
        ledger.add("scoring", Cost(POOL * scoring))
        ledger.add("selection", Cost())
        ledger.add("training", Cost(chosen * GROUP * epochs))
        even = ledger.break_even_epochs(POOL, chosen, GROUP)
        lines.append((chosen, ledger.total.rollouts, full, ledger.saving(full), even))
    return Reproduction(tuple(lines))
