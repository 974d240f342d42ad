"""Fields of a form that a page here has sent."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

_MOST_BYTES = 65_536


async def form_of(request: Request) -> Mapping[str, str]:
    """Fields by name; a form of a few fields needs no parser of files."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"a form has at most {_MOST_BYTES:,} bytes here")
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
