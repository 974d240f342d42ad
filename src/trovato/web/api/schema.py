"""JSON schemas of records, from their types."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_PLAIN: Mapping[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
}


def schema_of(kind: Any) -> dict[str, Any]:
    """What JSON of a value of that type looks like; anything for types that are not known.

    Parameters
    ----------
    kind
        A record, a plain type, or a list, mapping, choice or union of such.

    Examples
    --------
    >>> schema_of(tuple[int, ...])
    {'type': 'array', 'items': {'type': 'integer'}}
    >>> schema_of(float | None)
    {'anyOf': [{'type': 'number'}, {'type': 'null'}]}
    """
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(one) for one in inner]}
    if origin in (tuple, list, Sequence) and inner:
        same = origin is not tuple or inner[-1] is Ellipsis
        items = inner[:1] if same else tuple(dict.fromkeys(inner))
        return {"type": "array", "items": schema_of(Union[items])}  # noqa: UP007 (of a tuple)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(inner[1])}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        fields = {one.name: schema_of(hints[one.name]) for one in dataclasses.fields(kind)}
        return record(fields)
    return {}


def record(fields: Mapping[str, dict[str, Any]], optional: Sequence[str] = ()) -> dict[str, Any]:
    """An object with these fields, all but some of which are always there."""
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": dict(fields), "required": required}


def listed(items: dict[str, Any]) -> dict[str, Any]:
    """A list of such."""
    return {"type": "array", "items": items}
