"""Settings from the command line: NAME=VALUE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trovato.core import InvalidInputError

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_settings(chosen: Iterable[str], defaults: Mapping[str, object]) -> dict[str, Any]:
    """Settings from `name=value`, each of the type that its default is of.

    Raises
    ------
    InvalidInputError
        If there is no such setting, or the value is of another type.
    """
    read: dict[str, Any] = {}
    for one in chosen:
        name, _, value = one.partition("=")
        if name not in defaults:
            known = f"choose from {', '.join(defaults)}" if defaults else "none is taken here"
            raise InvalidInputError(f"there is no setting {name!r}; {known}")
        read[name] = _value(name, value, type(defaults[name]))
    return read


def _value(name: str, value: str, kind: type[Any]) -> Any:
    if kind is bool:
        if value.lower() not in _WORDS:
            raise InvalidInputError(f"{name} is true or false, got {value!r}")
        return _WORDS[value.lower()]
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidInputError(f"{name} takes {kind.__name__} values, got {value!r}") from error
