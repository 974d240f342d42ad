"""What the paper reports, to stand beside our figures, never among them.

Source: Sun et al., WWW 2026 (arXiv 2602.04451), tables 1 to 4. Descriptions by GPT-4.1 unless said
otherwise. CIRCO's test and CIRR's test1 are measured by servers, FashionIQ on its validation part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

# By backbone and method: mAP@5, 10, 25, 50 of CIRCO; R@1, 5, 10, 50 of CIRR; subset R@1, 2, 3;
# average R@10, 50 of FashionIQ. In per cent; not a number where the paper has none.
COLUMNS = (
    *(f"CIRCO mAP@{k}" for k in (5, 10, 25, 50)),
    *(f"CIRR R@{k}" for k in (1, 5, 10, 50)),
    *(f"CIRR subset R@{k}" for k in (1, 2, 3)),
    *(f"FashionIQ R@{k}" for k in (10, 50)),
)
PUBLISHED: dict[tuple[str, str], tuple[float, ...]] = {
    ("ViT-B/32", "SEARLE"): (
        *(9.35, 9.94, 11.13, 11.84, 24.00, 53.42, 66.82, 89.78),
        *(54.89, 76.60, 88.19, 22.89, 42.53),
    ),
    ("ViT-B/32", "CIReVL"): (
        *(14.95, 15.42, 17.00, 17.82, 23.94, 52.51, 66.00, 86.95),
        *(60.17, 80.05, 90.19, 28.29, 49.35),
    ),
    ("ViT-B/32", "LDRE"): (
        *(17.96, 18.32, 20.21, 21.11, 25.69, 55.13, 69.04, 89.90),
        *(60.53, 80.65, 90.70, 24.81, 45.63),
    ),
    ("ViT-B/32", "SEIZE"): (
        *(19.04, 19.64, 21.55, 22.49, 27.47, 57.42, 70.17, nan),
        *(65.59, 84.48, 92.77, 28.94, 49.86),
    ),
    ("ViT-B/32", "OSrCIR"): (
        *(16.85, 17.39, 19.15, 20.01, 28.07, 57.95, 69.71, 88.94),
        *(62.31, 81.18, 91.04, 30.70, 51.60),
    ),
    ("ViT-B/32", "CoTMR"): (
        *(21.16, 21.77, 23.71, 24.70, 30.12, 60.19, 71.71, 90.34),
        *(67.11, 85.13, 93.64, 31.72, 53.01),
    ),
    ("ViT-B/32", "SDR-CIR"): (
        *(23.78, 24.43, 26.58, 27.50, 34.48, 65.74, 76.87, 93.06),
        *(69.90, 87.04, 94.48, 38.80, 60.19),
    ),
    ("ViT-L/14", "Pic2Word"): (
        *(8.72, 9.51, 10.64, 11.29, 23.90, 51.70, 65.30, 87.80),
        *(nan, nan, nan, 24.70, 43.70),
    ),
    ("ViT-L/14", "SEARLE"): (
        *(11.68, 12.73, 14.33, 15.12, 24.24, 52.48, 66.29, 88.84),
        *(53.76, 75.01, 88.19, 25.56, 46.23),
    ),
    ("ViT-L/14", "CIReVL"): (
        *(18.57, 19.01, 20.89, 21.80, 24.55, 52.31, 64.92, 86.34),
        *(59.54, 79.88, 89.69, 28.55, 48.57),
    ),
    ("ViT-L/14", "LDRE"): (
        *(23.25, 24.03, 26.44, 27.50, 26.53, 55.57, 67.54, 88.50),
        *(60.43, 80.31, 89.90, 28.51, 50.54),
    ),
    ("ViT-L/14", "SEIZE"): (
        *(24.98, 25.82, 28.24, 29.35, 28.65, 57.16, 69.23, nan),
        *(66.22, 84.05, 92.34, 33.18, 54.21),
    ),
    ("ViT-L/14", "OSrCIR"): (
        *(21.83, 22.46, 24.49, 25.44, 30.63, 60.34, 72.00, 89.86),
        *(64.31, 82.29, 91.35, 31.50, 51.55),
    ),
    ("ViT-L/14", "CoTMR"): (
        *(26.52, 27.13, 29.51, 30.56, 33.54, 63.25, 74.63, 91.08),
        *(69.88, 86.53, 94.19, 32.62, 53.40),
    ),
    ("ViT-L/14", "SDR-CIR"): (
        *(30.91, 31.50, 34.03, 35.08, 37.61, 67.71, 79.13, 93.81),
        *(71.90, 88.39, 94.63, 40.84, 61.25),
    ),
    ("ViT-G/14", "CIReVL"): (
        *(26.77, 27.59, 29.96, 31.03, 34.65, 64.29, 75.06, 91.66),
        *(67.95, 84.87, 93.21, 32.19, 52.36),
    ),
    ("ViT-G/14", "LDRE"): (
        *(31.12, 32.24, 34.95, 36.03, 36.15, 66.39, 77.25, 93.95),
        *(68.82, 85.66, 93.76, 32.49, 55.46),
    ),
    ("ViT-G/14", "SEIZE"): (
        *(32.46, 33.77, 36.46, 37.55, 38.87, 69.42, 79.42, nan),
        *(74.15, 89.23, 95.71, 43.05, 65.85),
    ),
    ("ViT-G/14", "OSrCIR"): (
        *(24.73, 25.99, 28.09, 29.19, 33.52, 61.66, 73.30, 90.17),
        *(65.42, 82.75, 91.54, 34.21, 55.27),
    ),
    ("ViT-G/14", "CoTMR"): (
        *(29.59, 30.74, 33.37, 34.44, 35.93, 65.11, 75.33, 91.45),
        *(70.82, 87.16, 94.48, 35.25, 56.11),
    ),
    ("ViT-G/14", "SDR-CIR"): (
        *(33.05, 34.50, 37.21, 38.42, 40.17, 69.76, 79.88, 94.00),
        *(73.30, 88.89, 94.99, 45.19, 65.16),
    ),
}
# By what is used, ViT-L/14: mAP@5 of CIRCO, average R@10 and R@50 of FashionIQ.
ABLATION: dict[str, tuple[float, float, float]] = {
    "description only": (26.61, 32.26, 52.61),
    "anchor": (28.56, 38.41, 59.01),
    "debias": (26.88, 33.63, 54.43),
    "both": (30.91, 40.84, 61.25),
}
DIFFERENCES = (
    "The paper's pictures (COCO, NLVR2, shop photos), CLIP's weights and GPT-4.1 are not here: "
    "what is compared is the order of the rankings, not a second decimal.",
    "The paper chose alpha and beta on the test parts of CIRR and CIRCO; here they are chosen on "
    "one half of the queries and measured on the other.",
    "The embedded encoder reads captions and foretells missing ones; CLIP reads pictures alone.",
    "Target descriptions are made by rules here unless a model is named.",
)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The published ablation beside a measurement of the same rankings.

    Parameters
    ----------
    lines
        For each ranking: its name, the paper's three figures, and ours by measure where given.
    differences
        Why they need not agree.
    """

    lines: tuple[tuple[str, tuple[float, float, float], Mapping[str, float]], ...]
    differences: tuple[str, ...] = DIFFERENCES

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        ours = sorted({name for _, _, found in self.lines for name in found})
        published = ["CIRCO mAP@5", "FashionIQ R@10", "FashionIQ R@50"]
        return ["ranking", *published, *(f"ours {name}" for name in ours)]

    def rows(self) -> list[list[str]]:
        """One row for each ranking; the published figures in per cent, ours as they are."""
        ours = sorted({name for _, _, found in self.lines for name in found})
        return [
            [
                name,
                *(f"{value:.2f}" for value in published),
                *(f"{found[measure]:.3f}" if measure in found else "" for measure in ours),
            ]
            for name, published, found in self.lines
        ]


def reproduce(ours: Mapping[str, Mapping[str, float]] | None = None) -> Reproduction:
    """The paper's ablation of its ranking (ViT-L/14), beside ours.

    Parameters
    ----------
    ours
        By ranking, named as in `ABLATION`: values by measure, as from `trovato.evaluate`.
    """
    return Reproduction(
        tuple((name, published, (ours or {}).get(name, {})) for name, published in ABLATION.items())
    )
