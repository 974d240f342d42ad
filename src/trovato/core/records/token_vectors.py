"""What an encoder makes of one text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.errors import InvalidInputError
from trovato.core.shapes import Float32, Int32


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """One unit vector per kept token, and the characters it stands for.

    Parameters
    ----------
    values
        `(tokens, dim)`, each row of length 1.
    spans
        `(tokens, 2)`: first character and one past the last, in the encoded text.

    Raises
    ------
    InvalidInputError
        If the two arrays differ in length.
    """

    values: Float32[np.ndarray, "tokens dim"]
    spans: Int32[np.ndarray, "spans 2"]

    def __post_init__(self) -> None:
        if len(self.values) != len(self.spans):
            raise InvalidInputError(
                f"each vector needs one character span, got {len(self.values)} vectors and "
                f"{len(self.spans)} spans"
            )

    def __len__(self) -> int:
        return len(self.values)
