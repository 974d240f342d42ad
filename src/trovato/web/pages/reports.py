"""Reports: what there is, and each inside the application."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.web.access.headers import HEADERS
from trovato.web.reports import Report
from trovato.web.site import Site

# A report may style itself and hold pictures; it runs nothing, asks nobody, and stands only here.
_ALONE = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


class ReportPages:
    """One method for each page.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def list(self, request: Request) -> Response:
        """What there is, the newest first."""
        shown = [
            (one, datetime.fromtimestamp(one.changed, UTC).strftime("%Y-%m-%d %H:%M UTC"))
            for one in self._site.reports.all()
        ]
        return self._site.page(request, "reports.html", {"reports": shown})

    def show(self, request: Request) -> Response:
        """One report, below the way back."""
        report, _ = self._found(request)
        policy = HEADERS["Content-Security-Policy"]
        response = self._site.page(request, "report.html", {"report": report})
        response.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
        return response

    def content(self, request: Request) -> Response:
        """The report itself."""
        report, content = self._found(request)
        return Response(
            content, media_type=report.media, headers={"Content-Security-Policy": _ALONE}
        )

    def _found(self, request: Request) -> tuple[Report, bytes]:
        name = request.path_params["name"]
        found = self._site.reports.find(name)
        if found is None:
            raise HTTPException(404, f"no report is called {name[:80]!r}")
        return found


def report_routes(site: Site) -> list[Route]:
    """Where reports stand; nowhere without a folder."""
    if not site.reports:
        return []
    pages = ReportPages(site)
    return [
        Route("/reports", pages.list),
        Route("/reports/{name:path}/content", pages.content),
        Route("/reports/{name:path}", pages.show),
    ]
