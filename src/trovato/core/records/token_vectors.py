"""What an encoder makes of one text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core.errors import InvalidInputError
from trovato.core.shapes import Float, Int32


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """One unit vector per kept token, and the characters it stands for.

    Parameters
    ----------
    values
        `(tokens, dim)`, each row of length 1. Float16 and float64 become float32.
    spans
        `(tokens, 2)`: first character and one past the last, in the encoded text; a special token
        has none, and stands between characters. None where the encoder does not know: texts are
        found as well, and their evidence shows equal words only.

    Raises
    ------
    InvalidInputError
        If the values are no matrix of finite numbers, or the two arrays differ in length.

    Examples
    --------
    >>> import numpy as np
    >>> TokenVectors(np.eye(2, 3)).values.dtype
    dtype('float32')
    """

    values: Float[np.ndarray, "tokens dim"]
    spans: Int32[np.ndarray, "spans 2"] | None = None

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):  # what float32 cannot hold is refused below
            values = np.ascontiguousarray(self.values, np.float32)
        if values.ndim != 2:
            raise InvalidInputError(
                f"token vectors must be a matrix (tokens, dim), got the shape {values.shape}; that "
                "of a text without tokens is (0, dim)"
            )
        if not bool(np.isfinite(values).all()):
            raise InvalidInputError(
                f"token vectors must be finite as float32, got NaN or infinity in {len(values)} of "
                f"{self.values.dtype}: see whether the encoder divides by a length of 0"
            )
        object.__setattr__(self, "values", values)
        if self.spans is not None and len(values) != len(self.spans):
            raise InvalidInputError(
                f"each vector needs one character span, got {len(self.values)} vectors and "
                f"{len(self.spans)} spans"
            )

    def __len__(self) -> int:
        return len(self.values)
