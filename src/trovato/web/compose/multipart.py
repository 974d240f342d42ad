"""Forms with a file in them."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES = 20 * 2**20


async def multipart_of(request: Request) -> dict[str, bytes]:
    """The parts of a form by name, files as their bytes.

    Raises
    ------
    HTTPException
        If it is larger than 20 MB, or no such form.
    """
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data;"):
        raise HTTPException(415, "this form is sent as multipart/form-data")
    body = bytearray(f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace"))
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"a picture has at most {MOST_BYTES >> 20} MB here")
    found: dict[str, bytes] = {}
    for part in message_from_bytes(bytes(body), policy=HTTP).iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            found[name] = content
    return found
