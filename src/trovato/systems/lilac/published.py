"""What the paper reports, and where a run of ours stands beside it.

Source: Yun, Lee and Han 2025 (EMNLP 2025, pages 20551–20570), tables 1 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DATASETS = ("MP-DocVQA", "SlideVQA", "InfoVQA", "MultimodalQA", "MMCoQA")

# R@3 and MRR@10 in per cent on each dataset.
PUBLISHED: dict[str, tuple[tuple[float, float], ...]] = {
    "NV-Embed-v2": (
        (67.85, 61.91),
        (88.49, 79.55),
        (86.21, 80.86),
        (60.19, 67.86),
        (46.16, 41.45),
    ),
    "VisRAG-Ret": (
        (83.25, 75.55),
        (91.55, 84.30),
        (92.76, 86.22),
        (50.08, 55.08),
        (27.63, 23.75),
    ),
    "ColPali": ((80.71, 74.86), (89.39, 81.55), (88.30, 82.76), (58.73, 65.05), (36.24, 32.33)),
    "LILaC, mmE5": (
        (61.25, 55.30),
        (77.52, 68.80),
        (75.09, 69.86),
        (54.79, 59.02),
        (48.88, 40.30),
    ),
    "LILaC, UniME": (
        (77.83, 71.42),
        (84.35, 77.93),
        (82.28, 75.27),
        (58.52, 61.44),
        (49.63, 42.97),
    ),
    "LILaC, MM-Embed": (
        (83.59, 78.75),
        (92.81, 84.43),
        (93.17, 86.83),
        (69.07, 75.28),
        (55.80, 50.77),
    ),
}

DIFFERENCES = (
    "The paper's R@3 and MRR@10 on MultimodalQA and MMCoQA count three components as one hit; here "
    "measures are at the true k unless `grouped_by` says otherwise.",
    "The paper's embedders have 7 and 8 billion weights and read pictures; the one here has 22 "
    "million and reads words: pictures are found by the words on and around them.",
    "The paper starts from coarse vectors, the authors' program from fine ones; `seeds` chooses.",
    "The contexts of MultimodalQA and MMCoQA are not here: what is measured is OTT-QA, MuSiQue, "
    "TAT-QA and OpenCQA.",
    "The paper's sub-questions are a language model's; here they are found by rules, or an edge is "
    "scored by the words and tokens of the whole question.",
    "The paper's second iteration is untested: the authors' program does not read that number in "
    "the mode that was run.",
)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The published figures beside those of a run.

    Parameters
    ----------
    ours
        R@3 and MRR@10, per cent, by dataset, of a run of ours where there is one.
    differences
        Why they need not agree.
    """

    ours: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    differences: tuple[str, ...] = DIFFERENCES

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["system", *(f"{name} R@3/MRR@10" for name in DATASETS)]

    def rows(self) -> list[list[str]]:
        """One row per published system, and ours last."""
        rows = [[name, *map(_pair, figures)] for name, figures in PUBLISHED.items()]
        own = [_pair(self.ours[name]) if name in self.ours else "" for name in DATASETS]
        return [*rows, ["ours", *own]]


def reproduce(ours: Mapping[str, tuple[float, float]] | None = None) -> Reproduction:
    """The paper's figures beside those of a run.

    Parameters
    ----------
    ours
        R@3 and MRR@10 in per cent by dataset; None for the published figures alone.
    """
    return Reproduction(ours or {})


def _pair(values: tuple[float, float]) -> str:
    return "/".join(f"{value:.2f}" for value in values)
