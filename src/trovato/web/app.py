"""Routes: a search page, a page with its evidence, and the pictures."""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from trovato.core import InvalidInputError, TrovatoError
from trovato.systems.find_page import MODES, Library
from trovato.web.show import marked

_SIZES = {"small": 420, "large": 1600}
# Pictures kept in memory; one is about 0.2 MB.
_PICTURES = 64
_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


def build_app(library: Library) -> Starlette:
    """Make the web application over a library.

    It answers only requests that name a loopback host, so that a page elsewhere cannot reach it by
    re-pointing a name (DNS rebinding), and its pages load nothing from outside.

    Parameters
    ----------
    library
        What is searched.
    """
    views = _Views(library)
    return Starlette(
        routes=[
            Route("/", views.search),
            Route("/page", views.page),
            Route("/picture", views.picture),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
        ],
        exception_handlers={HTTPException: views.failed, TrovatoError: views.refused},
    )


class _Views:
    """One method per route. A lock serves one request at a time: search uses all cores anyway."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._pages = Environment(
            loader=PackageLoader("trovato.web"),
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.globals["address"] = lambda path, **query: f"{path}?{urlencode(query)}"
        self._pages.filters["marked"] = marked
        self._drawn = lru_cache(maxsize=_PICTURES)(self._draw)

    def search(self, request: Request) -> Response:
        """The search box, and the hits when there is a question."""
        question = request.query_params.get("q", "").strip()
        named = request.query_params.get("mode", "hybrid")
        mode = next((known for known in MODES if known == named), None)
        if mode is None:
            raise HTTPException(400, f"mode must be one of {', '.join(MODES)}, got {named!r}")
        where = request.query_params.get("where", "")
        ranking, problem = None, ""
        if question:
            try:
                with self._lock:
                    ranking = self._library.search(question, mode=mode, where=where)
            except InvalidInputError as error:
                problem = str(error)
        with self._lock:
            stats = self._library.info()
        return self._page(
            "search.html",
            200 if not problem else 400,
            question=question,
            mode=mode,
            modes=MODES,
            where=where,
            ranking=ranking,
            problem=problem,
            stats=stats,
        )

    def page(self, request: Request) -> Response:
        """One page of a document, large, with the evidence beside it."""
        item_id = request.query_params.get("id", "")
        question = request.query_params.get("q", "").strip()
        with self._lock:
            reader = self._library.collection.reader()
            item = reader.item(reader.row_of(item_id))
            evidence = self._library.explain(question, item_id) if question else None
            file, _, number = item.id.rpartition("#")
            near = {
                name: f"{file}#{other}"
                for name, other in (("previous", int(number) - 1), ("next", int(number) + 1))
                if reader.has(f"{file}#{other}")
            }
        return self._page(
            "page.html", 200, item=item, question=question, evidence=evidence, near=near
        )

    def picture(self, request: Request) -> Response:
        """The page as a PNG, with evidence when there is a question."""
        size = request.query_params.get("size", "small")
        if size not in _SIZES:
            raise HTTPException(400, f"size must be one of {', '.join(_SIZES)}, got {size!r}")
        item_id = request.query_params.get("id", "")
        drawn = self._drawn(item_id, request.query_params.get("q", "").strip(), _SIZES[size])
        return Response(drawn, media_type="image/png", headers={"Cache-Control": "no-cache"})

    def _draw(self, item_id: str, question: str, long_side: int) -> bytes:
        with self._lock:
            evidence = self._library.explain(question, item_id) if question else None
            image = self._library.picture(item_id, evidence, long_side=long_side)
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()

    def refused(self, _: Request, error: Exception) -> Response:
        """A deliberate error, said on a page: the request named something that is not there."""
        return self._page("problem.html", 404, problem=str(error))

    def failed(self, _: Request, error: Exception) -> Response:
        """An address or parameter that means nothing."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._page("problem.html", status, problem=str(error))

    def _page(self, template: str, status: int, **values: object) -> HTMLResponse:
        body = self._pages.get_template(template).render(**values)
        return HTMLResponse(body, status, headers={"Content-Security-Policy": _POLICY})
