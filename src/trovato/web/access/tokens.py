"""On one's own machine: a token in the printed address, which works once."""

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
        self._token: str | None = secrets.token_urlsafe(32)
        self._turn = threading.Lock()

    def address(self, url: str) -> str:
        """The address to print."""
        return f"{url}/?token={self._token}"

    def visitor(self, request: Request) -> str | None:
        """Who sent a request; nobody has a name here."""
        return self._sessions.visitor(request)

    def welcome(self, request: Request) -> Response | None:
        """The way in for who brings the token."""
        given = request.query_params.get("token", "")
        with self._turn:
            if self._token is None or not hmac.compare_digest(given.encode(), self._token.encode()):
                return None
            self._token = None
        answer = RedirectResponse(link(request), 303)
        self._sessions.begin(request, answer, "")
        return answer
