"""What the paper reports, and where a run of ours stands beside it.

Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992, version 2), tables 2 and 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DATASETS = ("CS", "Energy", "FinEn", "FinFr", "HR", "Indus", "Pharma", "Phys", "Nucl", "Telec")

# nDCG@10 in per cent on each task of ViDoRe V3, 3 February 2026.
PUBLISHED: dict[str, tuple[float, ...]] = {
    "nemotron-8b-v2": (79.30, 69.82, 67.29, 51.54, 66.32, 56.03, 67.19, 50.84, 53.84, 72.00),
    "tomoro-colqwen3-8b": (75.35, 68.41, 65.08, 49.10, 63.98, 54.41, 66.36, 50.13, 52.65, 70.46),
    "nemotron-4b-v2": (78.56, 67.48, 65.02, 49.01, 62.39, 53.91, 66.10, 48.86, 52.78, 71.30),
    "Ops-Colqwen3-4B": (77.74, 66.49, 65.71, 48.81, 61.81, 53.99, 66.42, 49.14, 52.23, 69.33),
    "nemotron-3b-v2": (77.09, 64.88, 64.23, 44.41, 62.28, 51.71, 66.04, 46.93, 50.65, 69.68),
}
# GiB for a million pages in fp16, and nDCG@10 over the eight public tasks.
STORAGE: dict[str, tuple[int, int, float, float]] = {
    "8B": (4096, 773, 5897.5, 63.54),
    "4B": (2560, 773, 3686.0, 61.42),
    "3B": (3072, 2304, 13183.6, 59.70),
    "8B, linear to 128": (128, 773, 184.3, 59.40),
    "4B, linear to 128": (128, 773, 184.3, 58.47),
}
DIFFERENCES = (
    "The released weights were not at hand: the loader is checked on random weights in their "
    "layout, and nothing of ours stands in this table.",
    "The code of the 3B model was not at hand: its parts are put together as NVIDIA's predecessor "
    "names them, and whether its last state is normalised is an assumption.",
    "MaxSim is divided by the number of query tokens before the temperature; the paper does not "
    "say how its sums are scaled.",
    "The text beside a page is budgeted for each page by itself, not by the batch.",
)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The published figures beside those of a run.

    Parameters
    ----------
    ours
        nDCG@10 in per cent by task of a run of ours, where there is one.
    differences
        Why they need not agree.
    """

    ours: Mapping[str, float] = field(default_factory=dict)
    differences: tuple[str, ...] = DIFFERENCES

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["system", *DATASETS]

    def rows(self) -> list[list[str]]:
        """One row per published system, and ours last."""
        rows = [[name, *(f"{value:.2f}" for value in row)] for name, row in PUBLISHED.items()]
        own = [f"{self.ours[name]:.2f}" if name in self.ours else "" for name in DATASETS]
        return [*rows, ["ours", *own]]


def reproduce(ours: Mapping[str, float] | None = None) -> Reproduction:
    """The paper's figures beside those of a run.

    Parameters
    ----------
    ours
        nDCG@10 in per cent by task of ViDoRe V3; None for the published figures alone.
    """
    return Reproduction(ours or {})
