"""Where something is on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trovato.core.errors import InvalidInputError


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An upright rectangle in page points (1/72 inch), origin at the top left of the page.

    Raises
    ------
    InvalidInputError
        If right < left or bottom < top.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if self.right < self.left or self.bottom < self.top:
            raise InvalidInputError(
                f"a box needs left <= right and top <= bottom, got {self.left}, {self.top}, "
                f"{self.right}, {self.bottom}; order its corners first"
            )

    @property
    def width(self) -> float:
        """Width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in points."""
        return self.bottom - self.top

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all `boxes`.

        Raises
        ------
        InvalidInputError
            If `boxes` is empty.
        """
        held = list(boxes)
        if not held:
            raise InvalidInputError("a box around nothing is not defined; pass at least one box")
        return Box(
            min(box.left for box in held),
            min(box.top for box in held),
            max(box.right for box in held),
            max(box.bottom for box in held),
        )
