"""Signed cookies: who has come in, until when."""

from __future__ import annotations

import hashlib
import hmac
import time

from starlette.requests import Request
from starlette.responses import Response

_DAYS = 30


class Sessions:
    """Makes and reads the cookie of a visitor.

    Parameters
    ----------
    secret
        Signs it; kept with the workspace, so that cookies outlive the server.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        # Cookies are shared by all ports of a host, so each workspace has one of its own.
        self.cookie = f"trovato-{hashlib.sha256(secret).hexdigest()[:8]}"

    def begin(self, request: Request, response: Response, name: str) -> None:
        """Let a response tell the browser who it is from now on."""
        until = int(time.time()) + _DAYS * 86_400
        said = f"{name.encode().hex()}.{until}"
        response.set_cookie(
            self.cookie,
            f"{said}.{self._signed('session', said)}",
            max_age=_DAYS * 86_400,
            httponly=True,
            samesite="lax",
            secure=request.scope["scheme"] == "https",
        )

    def visitor(self, request: Request) -> str | None:
        """Who sent a request; None where its cookie is missing, forged or too old."""
        said, _, signature = request.cookies.get(self.cookie, "").rpartition(".")
        if not hmac.compare_digest(self._signed("session", said).encode(), signature.encode()):
            return None
        name, _, until = said.partition(".")
        return bytes.fromhex(name).decode() if int(until) > time.time() else None

    def form_token(self, visitor: str) -> str:
        """What a form of ours holds, and no other site's can."""
        return self._signed("form", visitor)

    def _signed(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
