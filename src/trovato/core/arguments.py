"""Checks of arguments that every floor shares."""

from __future__ import annotations

import os

from trovato.core.errors import InvalidInputError


def check_many(name: str, values: object) -> None:
    """Refuse one text or path where several are wanted, for Python would go through its letters.

    Parameters
    ----------
    name
        Of the argument.
    values
        What was given.

    Raises
    ------
    InvalidInputError
        If it is a `str`, `bytes` or a path.
    """
    if isinstance(values, (str, bytes, os.PathLike)):
        raise InvalidInputError(
            f"{name} must be several, as in a list, got the single {values!r}: write [{values!r}]"
        )
