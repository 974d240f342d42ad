"""Where one says who one is."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.web.access import Access, PasswordAccess
from trovato.web.bodies import form_of
from trovato.web.site import Site


class LoginPage:
    """A name and a password.

    Parameters
    ----------
    site
        The application.
    access
        Knows the passwords.
    """

    def __init__(self, site: Site, access: PasswordAccess) -> None:
        self._site = site
        self._access = access

    def show(self, request: Request) -> Response:
        """The form."""
        request.state.visitor = ""
        return self._site.page(request, "login.html")

    async def enter(self, request: Request) -> Response:
        """Sign in, or say what was wrong."""
        request.state.visitor = ""
        return await run_in_threadpool(self._enter, request, await form_of(request))

    def _enter(self, request: Request, form: Mapping[str, str]) -> Response:
        self._site.check_form(request, form.get("form_token"))
        name, password = form.get("name", "")[:200], form.get("password", "")[:1000]
        wait = self._access.seconds_to_wait(request, name)
        if wait:
            said = f"too many wrong passwords: try again in {wait} seconds"
            raise HTTPException(429, said, {"Retry-After": str(wait)})
        return self._access.sign_in(request, name, password) or self._site.page(
            request,
            "login.html",
            {"name": name, "problem": "that name and password do not fit"},
            401,
        )


def login_routes(site: Site, access: Access | None) -> list[Route]:
    """Where one signs in; nowhere, if nobody does."""
    if not isinstance(access, PasswordAccess):
        return []
    page = LoginPage(site, access)
    return [
        Route("/login", page.show, methods=["GET"]),
        Route("/login", page.enter, methods=["POST"]),
    ]
