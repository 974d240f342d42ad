"""Serving below a prefix of the address, such as `/search` of a larger site."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class Prefix:
    """Takes the prefix off the path, for a proxy that leaves it on; the rest needs to know nothing.

    Parameters
    ----------
    app
        What answers.
    prefix
        Such as `/search`; empty for none.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = "/" + prefix.strip("/") if prefix.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and self._prefix:
            path = scope["path"]
            if path == self._prefix:
                await RedirectResponse(self._prefix + "/")(scope, receive, send)
                return
            if path.startswith(self._prefix + "/"):
                scope = {**scope, "path": path[len(self._prefix) :]}
                scope["raw_path"] = scope.get("raw_path", b"")[len(self._prefix) :]
        await self._app(scope, receive, send)
