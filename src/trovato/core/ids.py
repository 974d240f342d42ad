"""Ids as text, however they were given."""

from __future__ import annotations

from numbers import Integral

from trovato.core.errors import InvalidInputError


def as_id(value: object, what: str = "an id") -> str:
    """The text of an id: text as it stands, and a whole number as the text of itself.

    Parameters
    ----------
    value
        What was given.
    what
        What it is and where it stands, for the message.

    Raises
    ------
    InvalidInputError
        If it is empty, or neither text nor a whole number.

    Examples
    --------
    >>> as_id("B00A"), as_id(17)
    ('B00A', '17')
    """
    if isinstance(value, str) and value:
        return str(value)
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value))
    raise InvalidInputError(
        f"{what} must be text or a whole number, got {value!r}: write it as text"
    )
