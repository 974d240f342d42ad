"""What a collection can store, checked before anything is touched."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from trovato.core import Attribute, InvalidInputError, Page
from trovato.core.shapes import Int32
from trovato.index.vectors.transform import InputVectors
from trovato.ops import Int8Vectors


def check_text(what: str, text: str) -> None:
    """Refuse text that UTF-8 cannot write: lone surrogates.

    Raises
    ------
    InvalidInputError
        If there is one.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInputError(
            f"{what} holds {text[error.start]!r} at character {error.start}, which is no "
            "character: replace it, for example with U+FFFD"
        ) from error


def check_attributes(attributes: Mapping[str, Attribute]) -> None:
    """Refuse attributes that would not come back as they are.

    Raises
    ------
    InvalidInputError
        If a value is not text, a whole number of 64 bits, or a real number; or is not a number.
    """
    for key, value in attributes.items():
        check_text("the name of an attribute", key)
        if isinstance(value, str):
            check_text(f"attribute {key!r}", value)
        elif isinstance(value, int):
            if not -(2**63) <= value < 2**63:
                raise InvalidInputError(f"attribute {key!r} is {value}, beyond 64 bits")
        elif not isinstance(value, float) or math.isnan(value):
            raise InvalidInputError(
                f"attribute {key!r} must be text or a number, got {value!r}: leave it out if it is "
                "unknown"
            )


def check_page(
    page: Page, vectors: InputVectors, spans: Int32[np.ndarray, "tokens 2"] | None, dim: int
) -> int:
    """Refuse a page whose text, attributes, vectors and spans do not belong together.

    Returns
    -------
    The number of its tokens.

    Raises
    ------
    InvalidInputError
        If one does not fit.
    """
    check_text(f"page {page.number}", page.text)
    check_attributes(page.attributes)
    values = vectors.codes if isinstance(vectors, Int8Vectors) else vectors
    tokens = len(values)
    scales = vectors.scales if isinstance(vectors, Int8Vectors) else values
    if not bool(np.all(np.isfinite(scales))):
        raise InvalidInputError(
            f"the vectors of page {page.number} must be finite; find where NaN or infinity comes "
            "from"
        )
    if values.shape[1] != dim:
        raise InvalidInputError(
            f"the collection holds vectors of {dim} components, page {page.number} brings "
            f"{values.shape[1]}: encode it with the collection's encoder"
        )
    if spans is not None and len(spans) != tokens:
        raise InvalidInputError(
            f"page {page.number} has {tokens} vectors and {len(spans)} spans; give one of each "
            "per token"
        )
    for what, ends in (("token", spans), ("word", page.layout.spans)):
        if (
            ends is not None
            and len(ends)
            and not 0 <= int(ends.min()) <= int(ends.max()) <= len(page.text)
        ):
            raise InvalidInputError(
                f"page {page.number} has {len(page.text)} characters, but its {what} spans reach "
                f"from {ends.min()} to {ends.max()}: spans must point into the page's text"
            )
    return tokens
