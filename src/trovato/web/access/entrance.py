"""Every request is from someone who may come in, or goes no further."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from trovato.core import NotAllowedError
from trovato.web.access.refusal import Refuse
from trovato.web.links import link

# Says nothing about what is served, and a refusal is drawn with it.
_OPEN = ("/static/", "/login")


@runtime_checkable
class Access(Protocol):
    """Tells who sends a request."""

    @property
    def advice(self) -> str:
        """What someone should do who is not let in."""

    def visitor(self, request: Request) -> str | None:
        """Name of who sent a request; None where that is nobody who may come in.

        Raises
        ------
        NotAllowedError
            If the request pretends to come from someone.
        """

    def welcome(self, request: Request) -> Response | None:
        """Leads someone in, or to where they say who they are; None where there is no way."""


class Entrance:
    """Asks an `Access` about every request, and remembers the visitor with it.

    Parameters
    ----------
    app
        What answers.
    access
        Tells who comes; None lets in everybody.
    refuse
        Makes the response of a refusal.
    """

    def __init__(self, app: ASGIApp, access: Access | None, refuse: Refuse) -> None:
        self._app = app
        self._access = access
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and not scope["path"].startswith(_OPEN):
            refusal = await run_in_threadpool(self._stopped, Request(scope))
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _stopped(self, request: Request) -> Response | None:
        if self._access is None:
            request.state.visitor = ""
            return None
        try:
            visitor = self._access.visitor(request)
        except NotAllowedError as error:
            return self._refuse(request, HTTPException(403, str(error)))
        if visitor is None:
            welcome = self._access.welcome(request)
            return welcome or self._refuse(request, HTTPException(401, self._access.advice))
        request.state.visitor = visitor
        if "token" in request.query_params:  # has let someone in before: not to be kept or shared
            return RedirectResponse(link(request, request.scope["path"].lstrip("/")), 303)
        return None
