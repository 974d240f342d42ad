"""How a question is walked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from trovato.core import InvalidInputError
from trovato.index.graph import Direction

Seeds = Literal["coarse", "fine", "union"]

# Texts that are looked at for seeds, by vectors and by words.
CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class HopSettings:
    """How a question is walked.

    Parameters
    ----------
    beam
        Nodes to start from, and edges and nodes that are kept at each hop.
    hops
        How often links are followed; 0 ranks items by themselves.
    direction
        "both" also follows links backwards; "out", as in the paper, does not.
    seeds
        Start from what meets the whole question ("coarse"), from what meets its parts ("fine"), or
        from the best of both by turns.
    lexical_weight
        Share of the words against the vectors, 0…1.
    picture_weight
        Share of what pictures look like against words and vectors of texts, 0…1, where the
        collection has vectors of them.
    bridges
        Names in each text that is met, so many of them, also lead to what else tells of them; 0
        follows links alone.
    per_node
        At most so many found edges share their better end; None for no limit.
    per_document
        At most so many components of one document are found; None for no limit.

    Raises
    ------
    InvalidInputError
        If a number is out of range, or a word unknown.
    """

    beam: int = 30
    hops: int = 1
    direction: Direction = "both"
    seeds: Seeds = "coarse"
    lexical_weight: float = 0.5
    picture_weight: float = 0.0
    bridges: int = 0
    per_node: int | None = None
    per_document: int | None = None

    def __post_init__(self) -> None:
        for name in ("direction", "seeds"):
            kinds = get_args({"direction": Direction, "seeds": Seeds}[name])
            if getattr(self, name) not in kinds:
                raise InvalidInputError(
                    f"{name} must be one of {kinds}, got {getattr(self, name)!r}"
                )
        if self.per_document is not None and self.per_document < 1:
            raise InvalidInputError(f"per_document must be at least 1, got {self.per_document}")
        if self.bridges < 0:
            raise InvalidInputError(f"bridges must be at least 0, got {self.bridges}")
        if not 1 <= self.beam <= CANDIDATES:
            raise InvalidInputError(f"beam must be in 1…{CANDIDATES}, got {self.beam}")
