"""What a collection can store, checked before anything is touched."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core import Attribute, InvalidInputError, Link, TextLayout
from trovato.core.shapes import Int32
from trovato.index.store.fields import VectorField
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


def check_item(
    what: str,
    text: str,
    attributes: Mapping[str, Attribute],
    layout: TextLayout,
    spans: Int32[np.ndarray, "tokens 2"] | None,
    links: Sequence[Link] = (),
) -> None:
    """Refuse an item whose text, attributes, layout, spans and links do not belong together.

    Raises
    ------
    InvalidInputError
        If one does not fit.
    """
    check_text(what, text)
    check_attributes(attributes)
    for kind, ends in (("token", spans), ("word", layout.spans)):
        if ends is None or not len(ends):
            continue
        least, most = int(ends.min()), int(ends.max())
        if least < 0 or most > len(text):
            raise InvalidInputError(
                f"{what} has {len(text)} characters, but its {kind} spans reach from {least} "
                f"to {most}: spans must point into the text"
            )
    for link in links:
        check_text(f"a link of {what}", link.target + link.text)
        if link.span is not None and link.span[1] > len(text):
            raise InvalidInputError(
                f"{what} has {len(text)} characters, but its link to {link.target!r} ends at "
                f"{link.span[1]}: spans must point into the text"
            )


def check_vectors(
    what: str,
    vectors: InputVectors,
    field: VectorField,
    spans: Int32[np.ndarray, "tokens 2"] | None = None,
) -> None:
    """Refuse vectors of an item that do not fit their field, or their spans.

    Raises
    ------
    InvalidInputError
        If they are not finite, have another dimension, or are too many.
    """
    values = vectors.codes if isinstance(vectors, Int8Vectors) else vectors
    scales = vectors.scales if isinstance(vectors, Int8Vectors) else values
    if not bool(np.all(np.isfinite(scales))):
        raise InvalidInputError(
            f"the vectors of {what} must be finite; find where NaN or infinity comes from"
        )
    if values.shape[1] != field.dim:
        raise InvalidInputError(
            f"the field {field.name!r} holds vectors of {field.dim} components, {what} brings "
            f"{values.shape[1]}: encode it with the encoder of that field"
        )
    if field.single and len(values) > 1:
        raise InvalidInputError(
            f"an item has one vector in {field.name!r}, {what} brings {len(values)}"
        )
    if spans is not None and len(spans) != len(values):
        raise InvalidInputError(
            f"{what} has {len(values)} vectors and {len(spans)} spans; give one of each per token"
        )
