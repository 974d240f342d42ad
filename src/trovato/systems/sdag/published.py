"""What the paper reports, and where a run of ours stands beside it.

Source: Dekel, Tennenholtz and Kurland 2026 (arXiv 2602.04711v2), tables 1 and 3: Llama-3.1-8B with
E5-large-v2, poison in the set, chosen at random, 1,000 questions a dataset.
"""

from __future__ import annotations

from dataclasses import dataclass

from trovato.redteam.report import RedTeamReport

DATASETS = ("HotpotQA", "TriviaQA", "NQ")

# ACC and ASR on each dataset, by (poisoned documents, k, guard).
PUBLISHED: dict[tuple[int, int, str], tuple[tuple[float, float], ...]] = {
    (1, 5, "none"): ((0.15, 0.68), (0.54, 0.47), (0.33, 0.41)),
    (1, 5, "discern"): ((0.16, 0.64), (0.59, 0.40), (0.34, 0.38)),
    (1, 5, "ragdefender"): ((0.10, 0.70), (0.49, 0.43), (0.28, 0.33)),
    (1, 5, "sdag"): ((0.23, 0.41), (0.69, 0.20), (0.37, 0.17)),
    (1, 5, "discern+sdag"): ((0.23, 0.38), (0.71, 0.17), (0.37, 0.16)),
    (1, 5, "ragdefender+sdag"): ((0.15, 0.50), (0.59, 0.25), (0.31, 0.17)),
    (1, 10, "none"): ((0.18, 0.66), (0.57, 0.41), (0.35, 0.36)),
    (1, 10, "discern"): ((0.18, 0.62), (0.62, 0.35), (0.35, 0.32)),
    (1, 10, "ragdefender"): ((0.19, 0.25), (0.68, 0.22), (0.35, 0.18)),
    (1, 10, "sdag"): ((0.26, 0.28), (0.74, 0.11), (0.37, 0.10)),
    (1, 10, "discern+sdag"): ((0.26, 0.25), (0.75, 0.10), (0.36, 0.10)),
    (1, 10, "ragdefender+sdag"): ((0.19, 0.14), (0.69, 0.11), (0.31, 0.06)),
    (2, 5, "none"): ((0.11, 0.77), (0.43, 0.62), (0.25, 0.52)),
    (2, 5, "discern"): ((0.12, 0.74), (0.51, 0.52), (0.26, 0.47)),
    (2, 5, "ragdefender"): ((0.21, 0.32), (0.64, 0.25), (0.35, 0.19)),
    (2, 5, "sdag"): ((0.13, 0.63), (0.45, 0.46), (0.23, 0.39)),
    (2, 5, "discern+sdag"): ((0.14, 0.60), (0.54, 0.36), (0.28, 0.34)),
    (2, 5, "ragdefender+sdag"): ((0.18, 0.28), (0.60, 0.23), (0.31, 0.16)),
}

DIFFERENCES = (
    "The paper's models (Llama-3.1-8B and the like) and its corpus of 21 million passages are not "
    "here: what is compared is the direction of a change, not a second decimal.",
    "The paper's own tables differ by up to .05 in ACC and .10 in ASR for one setting.",
    "k counts the poisoned documents here; the authors' program adds them to k benign ones.",
    "A document cannot move the border of the question here; in the authors' program the border is "
    "searched in the text.",
    "Right answers that are empty are refused here; in the authors' program they count as found.",
    "Greedy decoding here unless asked otherwise; temperature .1 in the paper.",
    "Tests are McNemar's, adjusted by Holm; the paper's are paired t-tests without adjustment.",
)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The published figures of a setting beside those of a run.

    Parameters
    ----------
    lines
        For each guard and number of poisoned documents: the guard, the number, the paper's ACC and
        ASR by dataset, and ours, where the run has it.
    differences
        Why they need not agree.
    """

    lines: tuple[tuple[str, int, tuple[tuple[float, float], ...], tuple[float, float] | None], ...]
    differences: tuple[str, ...] = DIFFERENCES

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["guard", "n", *(f"{name} ACC/ASR" for name in DATASETS), "ours ACC/ASR"]

    def rows(self) -> list[list[str]]:
        """One row per guard and number of poisoned documents."""
        return [
            [guard, str(count), *map(_pair, published), _pair(ours) if ours else ""]
            for guard, count, published, ours in self.lines
        ]


def reproduce(report: RedTeamReport | None = None, k: int = 5) -> Reproduction:
    """The paper's figures for poison in the set, beside those of a run with the same guards.

    Parameters
    ----------
    report
        Of a run with the attack "random" in sets; None for the published figures alone.
    k
        Documents that were read, 5 or 10 in the paper.
    """
    ours = {
        (row.cell.count, row.cell.defence): (row.accuracy.mean, row.success.mean)
        for row in (report.entries if report else ())
        if (row.cell.place, row.cell.attack) == ("in-set", "random")
    }
    return Reproduction(
        tuple(
            (guard, count, published, ours.get((count, guard)))
            for (count, read, guard), published in PUBLISHED.items()
            if read == k
        )
    )


def _pair(values: tuple[float, float]) -> str:
    return "/".join(f"{value:.2f}".removeprefix("0") for value in values)
