"""The first page: collections, what was asked, and how to begin."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.web.site import Site

_RECENT = 8


class HomePage:
    """What there is.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        """Collections with their sizes, and the last answers of who asks."""
        if "token" in request.query_params:  # has let someone in before
            return self._site.redirect(request, "")
        stats = {name: library.info() for name, library in self._site.libraries.items()}
        recent = self._site.answers.recent(_RECENT, request.state.visitor)
        return self._site.page(request, "home.html", {"stats": stats, "recent": recent})


def home_routes(site: Site) -> list[Route]:
    """Where one begins."""
    return [Route("/", HomePage(site).show)]
