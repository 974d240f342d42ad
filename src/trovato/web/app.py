"""Routes: a search page, an answer, a page with its evidence, and the pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from trovato.core import Answer, InvalidInputError, LanguageModel, PageEvidence, TrovatoError
from trovato.generate import votes_of
from trovato.library import MODES, Library, Mode
from trovato.retrieve import regions_of
from trovato.web.answer_jobs import Asking
from trovato.web.rendering import made, marked, place
from trovato.web.streaming import Streamed

# Of a question; the time that a search takes grows with it.
MOST_CHARACTERS = 2000
_TITLE = 60  # characters of a question or a name
_SIZES = {"small": 420, "large": 1600}
# Pictures kept in memory; one is about 0.2 MB.
_PICTURES = 64
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
}


def build_app(
    library: Library, model: LanguageModel | None = None, guard: str = "none"
) -> Starlette:
    """Make the web application over a library.

    It answers only requests that name a loopback host, so that a page elsewhere cannot reach it by
    re-pointing a name (DNS rebinding), and its pages load nothing from outside.

    Parameters
    ----------
    library
        What is searched and asked.
    model, guard
        What writes answers, and what guards them; as of `trovato.library.answerer_factory`.
    """
    views = _Views(library, model, guard)
    return Starlette(
        routes=[
            Route("/", views.search),
            Route("/answer", views.answer),
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
    """One method per route. Each reads the library by itself, so that none waits for another."""

    def __init__(self, library: Library, model: LanguageModel | None, guard: str) -> None:
        self._library = library
        self._asking = Asking(library, model, guard)
        self._model = model
        self._pages = Environment(
            loader=PackageLoader("trovato.web"),
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._pages.globals["address"] = lambda path, **query: f"{path}?{urlencode(query)}"
        self._pages.filters["marked"] = marked
        self._pages.filters["made"] = made
        self._pages.filters["place"] = place
        self._pages.filters["named"] = lambda page: ", page ".join(page.rsplit("#", 1))
        self._pages.filters["cut"] = lambda text: (
            text if len(text) <= _TITLE else text[: _TITLE - 1] + "…"
        )
        self._pages.filters["squeezed"] = lambda text: " ".join(text.split())
        self._drawn = lru_cache(maxsize=_PICTURES)(self._draw)

    def search(self, request: Request) -> Response:
        """The search box, and the hits when there is a question."""
        question, filter, mode = _asked(request)
        ranking, problem = None, ""
        if question:
            try:
                ranking = self._library.search(question, mode=mode, filter=filter)
            except InvalidInputError as error:
                problem = str(error)
        stats = self._library.info()
        return self._page(
            "search.html",
            200 if not problem else 400,
            question=question,
            mode=mode,
            modes=MODES,
            filter=filter,
            ranking=ranking,
            problem=problem,
            stats=stats,
        )

    def answer(self, request: Request) -> Response:
        """The answer with its sources; with a language model its words come as they are written.

        A page elsewhere may not have the model asked: what it writes may cost money.
        """
        if request.headers.get("sec-fetch-site") == "cross-site":
            raise HTTPException(403, "questions are asked from this page, not from another site")
        question, filter, mode = _asked(request)
        if not question:
            return RedirectResponse("/")
        why = request.query_params.get("why") == "1"
        values: dict[str, object] = {
            "question": question,
            "mode": mode,
            "modes": MODES,
            "filter": filter,
            "why": why,
        }
        try:
            writing = self._asking.start(question, filter, mode, why=why)
        except InvalidInputError as error:
            return self._page("answer.html", 400, problem=str(error), **values)
        values |= {"writing": writing, "written": self._model is not None, "votes_of": _votes}
        pieces = self._pages.get_template("answer.html").generate(**values)
        return Streamed(pieces, writing.leave, _HEADERS)

    def page(self, request: Request) -> Response:
        """One page of a document, large, with the evidence or the cited words beside it."""
        item_id = request.query_params.get("id", "")
        question = _question(request)
        cited = _span(request)
        reader = self._library.collection.reader()
        item = reader.item(reader.row_of(item_id))
        evidence = self._evidence(item_id, question, cited)
        stored, at = reader.file_of(reader.row_of(item_id)), item.location
        near = {}
        if at is not None and not stored.whole:
            around = {"previous": f"{at.file}#{at.page - 1}", "next": f"{at.file}#{at.page + 1}"}
            near = {name: other for name, other in around.items() if reader.has(other)}
        return self._page(
            "page.html",
            200,
            item=item,
            question=question,
            evidence=evidence,
            near=near,
            cited="" if cited is None else f"{cited[0]}-{cited[1]}",
        )

    def picture(self, request: Request) -> Response:
        """The page as a PNG, with evidence when there is a question."""
        size = request.query_params.get("size", "small")
        if size not in _SIZES:
            raise HTTPException(400, f"size must be one of {', '.join(_SIZES)}, got {size!r}")
        item_id = request.query_params.get("id", "")
        question = _question(request)
        reader = self._library.collection.reader()
        content = reader.file_of(reader.row_of(item_id)).digest
        drawn = self._drawn(item_id, content, question, _span(request), _SIZES[size])
        return Response(drawn, media_type="image/png", headers={"Cache-Control": "no-cache"})

    def _evidence(
        self, item_id: str, question: str, cited: tuple[int, int] | None
    ) -> PageEvidence | None:
        """The cited words, or else where the page meets the question."""
        if cited is None:
            return self._library.explain(question, item_id) if question else None
        reader = self._library.collection.reader()
        row = reader.row_of(item_id)
        text = reader.item(row).text
        return PageEvidence(regions=regions_of(text, reader.layout_of(row), *cited))

    def _draw(
        self,
        item_id: str,
        content: str,  # noqa: ARG002 (so that no picture of an earlier content is shown again)
        question: str,
        cited: tuple[int, int] | None,
        long_side: int,
    ) -> bytes:
        evidence = self._evidence(item_id, question, cited)
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
        return HTMLResponse(body, status, headers=_HEADERS)


def _asked(request: Request) -> tuple[str, str, Mode]:
    """Question, conditions and mode."""
    named = request.query_params.get("mode", "hybrid")
    mode = next((known for known in MODES if known == named), None)
    if mode is None:
        raise HTTPException(400, f"mode must be one of {', '.join(MODES)}, got {named!r}")
    return _question(request), request.query_params.get("filter", ""), mode


def _question(request: Request) -> str:
    question = request.query_params.get("q", "").strip()
    if len(question) > MOST_CHARACTERS:
        raise HTTPException(
            413,
            f"a question has at most {MOST_CHARACTERS:,} characters on this page, and this one has "
            f"{len(question):,}: ask in fewer words, or search for a long text with `trovato "
            "search` or from Python",
        )
    return question


def _votes(answer: Answer) -> Mapping[str, int]:
    """Those of the guard, or what they would be if each page voted."""
    return answer.votes or votes_of([source.alone or "" for source in answer.sources])


def _span(request: Request) -> tuple[int, int] | None:
    """Characters of a page that an answer cites, such as 12-40."""
    named = request.query_params.get("cited", "")
    if not named:
        return None
    start, dash, end = named.partition("-")
    try:
        span = int(start), int(end)
    except ValueError:  # also of more digits than Python reads
        span = 0, 0
    if not (dash and 0 <= span[0] < span[1]):
        raise HTTPException(400, f"cited must be two places such as 12-40, got {named[:40]!r}")
    return span
