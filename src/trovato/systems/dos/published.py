"""What the paper reports, as independent readers have it from its tables, and what differs here.

Source: Yin et al. 2026 (arXiv 2602.04460v1): 24 million items, 180 million interactions of a
delivery platform. None of that data is public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Hit@10 of an HSTU generator over ids of each tokenizer: all, and four kinds of stores.
PUBLISHED: dict[str, tuple[float, ...]] = {
    "rq-kmeans": (0.0410, 0.0252, 0.0554, 0.0398, 0.0421),
    "das": (0.0511, 0.0325, 0.0672, 0.0502, 0.0541),
    "dos": (0.0676, 0.0457, 0.0797, 0.0730, 0.0718),
}

# AUC of the tokenizer's own click model.
ABLATIONS: dict[str, float] = {
    "dos": 0.8763,
    "without attention in the towers": 0.8462,
    "codebooks not shared": 0.8671,
    "with a decoder": 0.8626,
}

DIFFERENCES = (
    "The four pages of body text could not be read: sizes of codebooks, dimensions, loss weights, "
    "the estimator of mutual information and the sampling of negatives are decisions of this "
    "project; see docs/systems/dos.md.",
    "The paper's data, embeddings and code are not public: no figure of it can be reproduced.",
    "The generator is a small transformer with one position for each item, not HSTU.",
    "The paper says nothing of collisions; here they are counted and repaired.",
)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Published Hit@10 by tokenizer beside Hit@10 of a run on other data.

    Parameters
    ----------
    lines
        For each tokenizer: its name, the paper's figure, and ours, where the run has it.
    differences
        Why they need not agree.
    """

    lines: tuple[tuple[str, float, float | None], ...]
    differences: tuple[str, ...] = DIFFERENCES

    @property
    def columns(self) -> list[str]:
        """Heads of the table that `rows` fills."""
        return ["ids", "published Hit@10", "ours, other data"]

    def rows(self) -> list[list[str]]:
        """One row per tokenizer."""
        return [
            [name, f"{published:.4f}", "" if ours is None else f"{ours:.4f}"]
            for name, published, ours in self.lines
        ]


def reproduce(ours: Mapping[str, float] | None = None) -> Reproduction:
    """The paper's table, beside Hit@10 of generators over ids by the same names."""
    found = ours or {}
    return Reproduction(
        tuple((name, figures[0], found.get(name)) for name, figures in PUBLISHED.items())
    )
