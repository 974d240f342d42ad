"""The application: its routes, and what every request passes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from trovato.core import Decoding, InvalidInputError, LanguageModel, TrovatoError, check_many
from trovato.library import Library
from trovato.web.access import Access, PasswordAccess
from trovato.web.access.entrance import Entrance
from trovato.web.access.headers import SecurityHeaders
from trovato.web.access.origin import SameOrigin
from trovato.web.access.prefix import Prefix
from trovato.web.access.sessions import Sessions
from trovato.web.api import api_routes
from trovato.web.asking import Asking
from trovato.web.pages import AnswerPages, HomePage, ItemPages, LoginPage, SearchPage
from trovato.web.site import Site
from trovato.web.workspace import Answers, Workspace

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def build_app(
    libraries: Library | Mapping[str, Library],
    model: LanguageModel | None = None,
    guard: str = "none",
    *,
    decoding: Decoding = Decoding(),
    workspace: Workspace | None = None,
    access: Access | None = None,
    hosts: Sequence[str] = LOOPBACK_HOSTS,
    root_path: str = "",
) -> Starlette:
    """Make the web application over one collection or several.

    Its pages load nothing from outside, and pages of other sites can reach it only by a link that a
    reader follows.

    Parameters
    ----------
    libraries
        What is searched and asked; several by the name that their addresses have.
    model, guard, decoding
        What writes answers, what guards them, and how words are chosen; as of
        `trovato.library.build_answerer`.
    workspace
        Keeps answers; None for as long as the application runs.
    access
        Tells who comes; None lets in everybody who reaches it.
    hosts
        Names by which it may be called, so that no page elsewhere reaches it by re-pointing a name
        (DNS rebinding); `*` for any.
    root_path
        A prefix of all addresses that a proxy leaves on, such as `/search`.

    Raises
    ------
    InvalidInputError
        If there is no collection, `hosts` is one text, or the guard is unknown or needs what the
        model cannot do.
    """
    check_many("hosts", hosts)
    if isinstance(libraries, Library):
        libraries = {"collection": libraries}
    if not libraries:
        raise InvalidInputError("the application needs at least one collection, got none")
    workspace = workspace or Workspace()
    asking = Asking(libraries, Answers(workspace), model, guard, decoding)
    site = Site(libraries, asking, Sessions(workspace.secret()))
    return Starlette(
        routes=_routes(site, access),
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


def _routes(site: Site, access: Access | None) -> list[Route | Mount]:
    search, answers, items = SearchPage(site), AnswerPages(site), ItemPages(site)
    login = LoginPage(site, access) if isinstance(access, PasswordAccess) else None
    signing_in = (
        [
            Route("/login", login.show, methods=["GET"]),
            Route("/login", login.enter, methods=["POST"]),
        ]
        if login
        else []
    )
    return [
        *signing_in,
        Route("/", HomePage(site).show),
        Route("/search", search.choose),
        Route("/c/{collection}/search", search.show),
        Route("/c/{collection}/answers", answers.offer, methods=["GET"]),
        Route("/c/{collection}/answers", answers.ask, methods=["POST"]),
        Route("/c/{collection}/page", items.show),
        Route("/c/{collection}/jump", items.jump),
        Route("/c/{collection}/sheet", items.sheet),
        Route("/c/{collection}/crop", items.crop),
        Route("/c/{collection}/file", items.file),
        Route("/answers/{answer}", answers.show),
        Route("/answers/{answer}/{change}", answers.change, methods=["POST"]),
        *api_routes(site),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
