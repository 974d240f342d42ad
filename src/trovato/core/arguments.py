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


def check_at_least_one(settings: object, *names: str) -> None:
    """Refuse settings in which one of these numbers is below 1.

    Parameters
    ----------
    settings
        Has the numbers as attributes.
    names
        Of the attributes.

    Raises
    ------
    InvalidInputError
        If one is.
    """
    for name in names:
        if getattr(settings, name) < 1:
            raise InvalidInputError(f"{name} must be at least 1, got {getattr(settings, name)}")
