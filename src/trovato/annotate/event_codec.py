"""Events as JSON and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from trovato.annotate.events import Event
from trovato.core import InvalidInputError

_KINDS: dict[str, Any] = {kind.kind: kind for kind in get_args(Event)}


def to_fields(event: Event) -> dict[str, Any]:
    """The event's fields as plain values."""
    return {one.name: getattr(event, one.name) for one in fields(event)}


def to_json(event: Event) -> str:
    """The event's fields in the one form that has a hash: sorted, without spaces.

    Raises
    ------
    InvalidInputError
        If a text has half of a surrogate pair, which is no character, or a value is no JSON.
    """
    try:
        text = json.dumps(
            to_fields(event),
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
            allow_nan=False,
        )
        text.encode()
    except (UnicodeEncodeError, TypeError, ValueError) as error:
        raise InvalidInputError(f"an event of kind {event.kind!r} cannot be stored: {error}") from (
            error
        )
    return text


def from_fields(kind: str, values: Mapping[str, Any]) -> Event:
    """The event with these fields.

    Raises
    ------
    InvalidInputError
        If there is no such kind, or a field is missing, unknown or of the wrong type.
    """
    made = _KINDS.get(kind)
    if made is None:
        raise InvalidInputError(f"no event is of kind {kind!r}: it is one of {', '.join(_KINDS)}")
    hints = _hints(made)
    taken = {}
    for one in fields(made):
        if one.name in values:
            value: Any = values[one.name]
            value = tuple(value) if isinstance(value, list) else value
            if not _is(value, hints[one.name]):
                raise InvalidInputError(f"{kind}: {one.name} must be {one.type}, got {value!r}")
            taken[one.name] = float(value) if hints[one.name] is float else value
        elif one.default is MISSING and one.default_factory is MISSING:
            raise InvalidInputError(f"{kind}: {one.name} is missing")
    if unknown := values.keys() - taken.keys():
        raise InvalidInputError(f"{kind} has no field {', '.join(sorted(map(repr, unknown)))}")
    event: Event = made(**taken)
    return event


def from_json(kind: str, text: str) -> Event:
    """The event that `to_json` wrote."""
    return from_fields(kind, json.loads(text))


@cache
def _hints(made: type) -> dict[str, Any]:
    return get_type_hints(made)


def _is(value: object, wanted: Any) -> bool:
    """Whether a value from JSON is of a field's type; only types that events use are known."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return isinstance(value, str) and value in arguments
    if origin is tuple:
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    if isinstance(wanted, UnionType):
        return any(_is(value, one) for one in arguments)
    if isinstance(value, bool):
        return wanted is bool
    if wanted is float:
        return isinstance(value, (int, float))
    return isinstance(value, origin or wanted)
