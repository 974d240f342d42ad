"""What a request brings along, and not more of it than is allowed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

_SMALL = 65_536


async def form_of(request: Request) -> Mapping[str, str]:
    """Fields of a form by name; a form of a few fields needs no parser of files."""
    body = await _body(request, _SMALL)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


async def json_of(request: Request, most_bytes: int = _SMALL) -> Any:
    """What JSON says; NaN and infinity are no JSON, and could not be sent back.

    Raises
    ------
    HTTPException
        If it is something else (415, 400), or too much (413).
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise HTTPException(415, "this is sent as application/json")
    try:
        body = await _body(request, most_bytes)
        return json.loads(body, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "this is no JSON that can be read") from error


def _finite(written: str) -> float:
    value = float(written)
    if not math.isfinite(value):
        raise ValueError(f"{written} is no number of JSON")
    return value


async def _body(request: Request, most_bytes: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise HTTPException(413, f"at most {most_bytes:,} bytes are taken at once here")
    return bytes(body)
