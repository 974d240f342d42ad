"""On one's own machine: a token in the printed address, which lets one browser in."""

from __future__ import annotations

import hmac
import secrets
import threading

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from trovato.web.access.sessions import Sessions
from trovato.web.links import link


class TokenAccess:
    """Lets in the browser that opens the printed address first; other accounts do not know it.

    A program sends the token with every request, as `Authorization: Bearer TOKEN`.

    Parameters
    ----------
    sessions
        Remember that browser.
    """

    advice = (
        "open the address that `trovato serve` printed: it works once, and this browser then stays "
        "known; to let in another one, start the server again"
    )

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._token = secrets.token_urlsafe(32)
        self._used = False
        self._turn = threading.Lock()

    def address(self, url: str) -> str:
        """The address to print."""
        return f"{url}/?token={self._token}"

    def visitor(self, request: Request) -> str | None:
        """Who sent a request; nobody has a name here."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() == "bearer":
            return "" if self._is_token(given.strip()) else None
        return self._sessions.visitor(request)

    def welcome(self, request: Request) -> Response | None:
        """The way in for who brings the token."""
        with self._turn:
            if self._used or not self._is_token(request.query_params.get("token", "")):
                return None
            self._used = True
        answer = RedirectResponse(link(request), 303)
        self._sessions.begin(request, answer, "")
        return answer

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())
