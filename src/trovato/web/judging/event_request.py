"""An event as the page sends it."""

from __future__ import annotations

from typing import Any

from trovato.annotate.event_codec import from_fields
from trovato.core import InvalidInputError


def read_event(sent: object) -> dict[str, Any]:
    """What `Project.record` takes, out of JSON.

    Parameters
    ----------
    sent
        An object with `id` (8 to 64 characters), `kind` and `fields`, and perhaps `time` (seconds
        since 1970) and `base`.

    Raises
    ------
    InvalidInputError
        If it is anything else.
    """
    if not isinstance(sent, dict):
        raise InvalidInputError(f"an event is a JSON object, got {str(sent)[:40]!r}")
    event_id, kind, fields = (sent.get(key) for key in ("id", "kind", "fields"))
    base, when = sent.get("base"), sent.get("time")
    if not (isinstance(event_id, str) and 8 <= len(event_id) <= 64 and event_id.isascii()):
        raise InvalidInputError("an event has an id of 8 to 64 plain characters")
    if not (isinstance(kind, str) and isinstance(fields, dict)):
        raise InvalidInputError("an event has a kind and fields")
    if not (base is None or type(base) is int) or not (when is None or type(when) in (int, float)):
        raise InvalidInputError("base and time are numbers")
    return {
        "event": from_fields(kind, fields),
        "event_id": event_id,
        "client_time": None if when is None else float(when),
        "base": base,
    }
