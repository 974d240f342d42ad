"""The first page: collections, what was asked, and how to begin."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.web.site import Site

_RECENT = 8
_REPORTS = 5


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
        """What is served, and the last answers of who asks."""
        stats = {name: library.info() for name, library in self._site.libraries.items()}
        recent = self._site.answers.recent(_RECENT, request.state.visitor)
        waiting = {name: one.store.open_items() for name, one in self._site.projects.items()}
        return self._site.page(
            request,
            "home.html",
            {
                "stats": stats,
                "recent": recent,
                "projects": waiting,
                "recommenders": self._site.recommenders,
                "reports": self._site.reports.all()[:_REPORTS],
            },
        )


def home_routes(site: Site) -> list[Route]:
    """Where one begins."""
    return [Route("/", HomePage(site).show)]
