"""What all pages share: the collections, the workspace, and how a page is drawn."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, Template, select_autoescape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from trovato.core import TrovatoError
from trovato.index import PICTURE_FIELD
from trovato.library import Library
from trovato.web.access.headers import HEADERS
from trovato.web.access.sessions import Sessions
from trovato.web.jobs import Asking, IndexingJobs
from trovato.web.links import link
from trovato.web.reports import Reports
from trovato.web.search_load import SearchLoad
from trovato.web.statuses import status_of
from trovato.web.views.rendering import FILTERS
from trovato.web.workspace import Answers, Workspace

if TYPE_CHECKING:
    from trovato.annotate import Project
    from trovato.web.served import ServedRecommender

API = "/api/v1/"


class Site:
    """The application's parts.

    Parameters
    ----------
    libraries, projects, recommenders
        What is searched and asked, judged, and asked for recommendations, by the name in addresses.
    workspace
        Keeps what happens; its secret signs forms.
    asking, indexing
        Answer questions, and take files in.
    reports
        What commands have measured.
    load
        How searches fare.
    """

    def __init__(
        self,
        libraries: Mapping[str, Library],
        projects: Mapping[str, Project],
        recommenders: Mapping[str, ServedRecommender],
        workspace: Workspace,
        asking: Asking,
        indexing: IndexingJobs,
        reports: Reports,
        load: SearchLoad,
    ) -> None:
        self.libraries = libraries
        self.projects = projects
        self.recommenders = recommenders
        self.workspace = workspace
        self.asking = asking
        self.indexing = indexing
        self.reports = reports
        self.load = load
        self._sessions = Sessions(workspace.secret())
        self._templates = Environment(
            loader=PackageLoader("trovato.web"),
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= FILTERS

    @property
    def answers(self) -> Answers:
        """Stored answers."""
        return self.asking.answers

    def library(self, request: Request) -> Library:
        """The collection that an address names."""
        name = request.path_params["collection"]
        if name not in self.libraries:
            raise HTTPException(404, f"no collection is called {name[:40]!r}")
        return self.libraries[name]

    def has_pictures(self, name: str) -> bool:
        """Whether a collection holds pictures that are found by what they look like."""
        if name not in self.libraries:
            return False
        with self.libraries[name].collection.reading() as reader:
            return PICTURE_FIELD in reader.fields

    def values(self, request: Request, values: Mapping[str, object]) -> dict[str, object]:
        """What templates are given beside their own."""
        return {
            "link": partial(link, request),
            "collections": list(self.libraries),
            "collection": request.path_params.get("collection", next(iter(self.libraries), "")),
            "form_token": self._sessions.form_token(request.state.visitor),
            "has_pictures": self.has_pictures,
            "writes": self.asking.writes,
            **values,
        }

    def template(self, name: str) -> Template:
        """A template to be drawn piece by piece."""
        return self._templates.get_template(name)

    def page(
        self,
        request: Request,
        name: str,
        values: Mapping[str, object] = MappingProxyType({}),
        status: int = 200,
    ) -> Response:
        """A page drawn at once."""
        body = self._templates.get_template(name).render(self.values(request, values))
        return HTMLResponse(body, status)

    def redirect(self, request: Request, path: str, **query: object) -> Response:
        """Go on at another page."""
        return RedirectResponse(link(request, path, **query), 303)

    def check_form(self, request: Request, token: object) -> None:
        """Refuse a form that is not one of ours."""
        expected = self._sessions.form_token(request.state.visitor)
        if not (isinstance(token, str) and hmac.compare_digest(token.encode(), expected.encode())):
            raise HTTPException(403, "this form is too old or not from here: open its page again")

    def problem(self, request: Request, error: Exception) -> Response:
        """What went wrong, as a page or as JSON."""
        status, said = status_of(error), str(error)
        if isinstance(error, HTTPException):
            said = error.detail
        elif not isinstance(error, TrovatoError):
            said = "this could not be made; the server's terminal shows why"
        if request.scope["path"].startswith(API):
            body = {"type": "about:blank", "status": status, "title": said}
            return JSONResponse(body, status, HEADERS, media_type="application/problem+json")
        if not hasattr(request.state, "visitor"):
            request.state.visitor = ""
        response = self.page(request, "problem.html", {"problem": said}, status)
        response.headers.update(HEADERS)
        return response
