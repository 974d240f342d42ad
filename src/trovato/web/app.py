"""The application: its routes, and what every request passes through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from trovato.core import (
    Decoding,
    InvalidInputError,
    LanguageModel,
    PathLike,
    TrovatoError,
    check_many,
)
from trovato.library import Library
from trovato.web.access import Access
from trovato.web.access.entrance import Entrance
from trovato.web.access.headers import SecurityHeaders
from trovato.web.access.origin import SameOrigin
from trovato.web.access.prefix import Prefix
from trovato.web.api import api_routes, openapi_routes
from trovato.web.jobs import Asking, IndexingJobs
from trovato.web.pages import (
    answer_routes,
    event_routes,
    file_routes,
    home_routes,
    item_routes,
    login_routes,
    report_routes,
    search_routes,
)
from trovato.web.reports import Reports
from trovato.web.site import Site
from trovato.web.workspace import Answers, Workspace

if TYPE_CHECKING:
    from trovato.annotate import Project
    from trovato.encode.images import PictureSpace
    from trovato.web.served import ServedRecommender

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def build_app(
    libraries: Library | Mapping[str, Library] = MappingProxyType({}),
    model: LanguageModel | None = None,
    guard: str = "none",
    *,
    projects: Mapping[str, Project] = MappingProxyType({}),
    recommenders: Mapping[str, ServedRecommender] = MappingProxyType({}),
    decoding: Decoding = Decoding(),
    workspace: Workspace | None = None,
    uploads: PathLike | None = None,
    reports: PathLike | None = None,
    access: Access | None = None,
    hosts: Sequence[str] = LOOPBACK_HOSTS,
    root_path: str = "",
    picture_space: Callable[[], PictureSpace] | None = None,
) -> Starlette:
    """Make the web application over collections, projects and recommenders.

    Its pages load nothing from outside, and pages of other sites can reach it only by a link that a
    reader follows.

    Parameters
    ----------
    libraries
        What is searched and asked; several by the name that their addresses have.
    projects
        What is judged, by name.
    recommenders
        What recommends, by name.
    model, guard, decoding
        What writes answers, what guards them, and how words are chosen; as of
        `trovato.library.build_answerer`.
    workspace
        Keeps answers; None for as long as the application runs.
    uploads
        Folder that keeps files which visitors add to collections; None takes none.
    reports
        Folder of HTML and SVG that commands wrote, which are listed and shown; None for none.
    access
        Tells who comes; None lets in everybody who reaches it.
    hosts
        Names by which it may be called, so that no page elsewhere reaches it by re-pointing a name
        (DNS rebinding); `*` for any.
    root_path
        A prefix of all addresses that a proxy leaves on, such as `/search`.
    picture_space
        Makes the encoder that pictures were indexed with; by default the embedded one.

    Raises
    ------
    InvalidInputError
        If there is nothing to serve, `hosts` is one text, or the guard is unknown or needs what
        the model cannot do.
    """
    check_many("hosts", hosts)
    if isinstance(libraries, Library):
        libraries = {"collection": libraries}
    if not (libraries or projects or recommenders or reports):
        raise InvalidInputError(
            "name a collection, a project, a recommender or a folder of reports to serve; got none"
        )
    workspace = workspace or Workspace()
    asking = Asking(libraries, Answers(workspace), model, guard, decoding)
    indexing = IndexingJobs(libraries, workspace, uploads)
    site = Site(libraries, projects, recommenders, workspace, asking, indexing, Reports(reports))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(indexing.close)

    return Starlette(
        routes=_routes(site, access, model, picture_space),
        lifespan=lifespan,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(Prefix, prefix=root_path),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
            Middleware(SameOrigin, refuse=site.problem),
            Middleware(Entrance, access=access, refuse=site.problem),
        ],
        exception_handlers={
            HTTPException: site.problem,
            TrovatoError: site.problem,
            Exception: site.problem,
        },
    )


def _routes(
    site: Site,
    access: Access | None,
    model: LanguageModel | None,
    picture_space: Callable[[], PictureSpace] | None,
) -> list[Route | Mount]:
    """Where the pages stand; what nothing is served for is not loaded."""
    routes = [
        *login_routes(site, access),
        *home_routes(site),
        *search_routes(site),
        *answer_routes(site),
        *item_routes(site),
        *file_routes(site),
        *event_routes(site),
        *report_routes(site),
        *api_routes(site),
        *openapi_routes(site),
    ]
    if site.libraries:
        from trovato.web.compose import compose_routes

        routes += compose_routes(site, model, picture_space)
    if site.projects:
        from trovato.web.judging import (
            draft_routes,
            judging_api_routes,
            judging_routes,
            writing_routes,
        )

        routes += [
            *judging_routes(site),
            *writing_routes(site),
            *draft_routes(site),
            *judging_api_routes(site),
        ]
    if site.recommenders:
        from trovato.web.recommendations import recommendation_routes

        routes += recommendation_routes(site)
    files = StaticFiles(directory=Path(__file__).parent / "static")
    return [*routes, Mount("/static", files)]
