"""Requests that pages of other sites cause are refused, but for links that a reader follows."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from trovato.web.access.refusal import Refuse

_READS = ("GET", "HEAD")
_OWN = ("same-origin", "none")


def foreign(request: Request) -> bool:
    """Whether a page of another origin caused a request that only our own pages may cause.

    Browsers say where a request comes from by `Sec-Fetch-Site`, older ones by `Origin`; programs
    say neither. A link from elsewhere to one of our pages is followed.
    """
    site = request.headers.get("sec-fetch-site")
    reads = request.method in _READS
    if site is not None and site not in _OWN:
        follows = request.headers.get("sec-fetch-mode") == "navigate"
        return not (reads and follows and request.headers.get("sec-fetch-dest") == "document")
    origin = request.headers.get("origin")
    if site is None and not reads and origin is not None:
        return urlsplit(origin).netloc != request.headers.get("host")
    return False


class SameOrigin:
    """Lets through what `foreign` does not name.

    Parameters
    ----------
    app
        What answers.
    refuse
        Makes the response of a refusal.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and foreign(request := Request(scope)):
            error = HTTPException(403, "this is asked from a page here, not from another site")
            await self._refuse(request, error)(scope, receive, send)
            return
        await self._app(scope, receive, send)
