"""Routes of the judging page: the page itself, and its events and assignments as JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from trovato.annotate import Assignment, Project, assignment, next_assignments, visible_suggestions
from trovato.annotate.metrics import metrics
from trovato.annotate.roles import includes
from trovato.core import ConflictError, InvalidInputError, NotAllowedError, TrovatoError
from trovato.ops.language.sentence_splitter import sentences
from trovato.web.judging.access import COOKIE, member_behind, member_of
from trovato.web.judging.event_request import read_event

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
        "require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_MOST_EVENTS = 500  # in one request
_MOST_BYTES = 1 << 20
_AHEAD = 40  # documents that one person may hold


def build_judging_app(project: Project) -> Starlette:
    """The web application on which the members of a project judge.

    It answers only requests that name a loopback host. Members are known by the token in their
    address, which becomes a cookie.
    """
    views = _Views(project)
    return Starlette(
        routes=[
            Route("/", views.page),
            Route("/api/v1/assignments", views.assignments),
            Route("/api/v1/assignment", views.assignment),
            Route("/api/v1/events", views.events, methods=["POST"]),
            Route("/api/v1/search", views.search),
            Route("/api/v1/suggestions", views.suggestions),
            Route("/api/v1/progress", views.progress),
            Mount("/static", StaticFiles(directory=Path(__file__).parent.parent / "static")),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
        ],
        exception_handlers={TrovatoError: _refused},
    )


class _Views:
    """One method per route."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._pages = Environment(
            loader=PackageLoader("trovato.web"),
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, request: Request) -> Response:
        """The page; a token in the address becomes a cookie and leaves the address."""
        token = request.query_params.get("token", "")
        if token and member_of(self._project, token) is not None:
            answer = RedirectResponse("/", 303, headers=_HEADERS)
            answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
            return answer
        name, status = member_of(self._project, request.cookies.get(COOKIE, "")), 200
        if name is None:
            status = 401
        settings = self._project.settings()
        body = self._pages.get_template("judge.html").render(
            name=name, role=self._project.role(name) if name else None, settings=settings
        )
        return HTMLResponse(body, status, headers=_HEADERS)

    def assignments(self, request: Request) -> Response:
        """The next documents for who asks, and how many wait for anyone."""
        name = member_behind(self._project, request)
        count = _whole(request, "count", 1, _AHEAD)
        found = next_assignments(self._project, name, count)
        waiting = self._project.store.open_items()
        return _json({"assignments": [_shown(one) for one in found], "waiting": waiting})

    def assignment(self, request: Request) -> Response:
        """One query and document, with what one has said about them."""
        name = member_behind(self._project, request)
        query, document = (request.query_params.get(key, "") for key in ("query", "document"))
        return _json(_shown(assignment(self._project, name, query, document)))

    async def events(self, request: Request) -> Response:
        """Store events in order: each is on the disk, or refused, when this answers."""
        body = await request.body()
        if len(body) > _MOST_BYTES:
            raise InvalidInputError(f"at most {_MOST_BYTES:,} bytes of events at once")
        try:
            sent = await request.json()
        except ValueError as error:
            raise InvalidInputError("events come as a JSON list") from error
        if not isinstance(sent, list) or len(sent) > _MOST_EVENTS:
            raise InvalidInputError(f"events come as a list of at most {_MOST_EVENTS}")
        name = member_behind(self._project, request)
        return _json({"events": await run_in_threadpool(self._store, name, sent)})

    def _store(self, name: str, sent: list[Any]) -> list[dict[str, Any]]:
        told = []
        for one in sent:
            answer: dict[str, Any] = {"id": one.get("id") if isinstance(one, dict) else None}
            try:
                answer["seq"] = self._project.record(name, **read_event(one)).seq
            except (ConflictError, NotAllowedError, InvalidInputError) as error:
                answer |= {"status": _status(error), "problem": str(error)}
            told.append(answer)
        return told

    def search(self, request: Request) -> Response:
        """Documents that meet some words: beside the pool, for what nobody has pooled."""
        member_behind(self._project, request)
        words = request.query_params.get("q", "")[:2000]
        found = self._project.search(words, 20)
        return _json(
            {
                "documents": [
                    {"id": one.id, "title": one.title, "text": one.text[:200]} for one in found
                ]
            }
        )

    def suggestions(self, request: Request) -> Response:
        """What models say about a document, once one's own grade is stored."""
        name = member_behind(self._project, request)
        query, document = (request.query_params.get(key, "") for key in ("query", "document"))
        found = visible_suggestions(self._project, name, query, document)
        return _json(
            {
                "suggestions": [
                    {"id": key, "task": one.task, "model": one.model, "output": dict(one.output)}
                    for key, one in found.items()
                ]
            }
        )

    def progress(self, request: Request) -> Response:
        """How many documents wait; for managers also what the judgements say of the runs."""
        name = member_behind(self._project, request)
        role = self._project.role(name)
        answer: dict[str, Any] = {"waiting": self._project.store.open_items()}
        if role is not None and includes(role, "manager"):
            try:
                answer["metrics"] = metrics(self._project).to_json()
            except InvalidInputError as error:
                answer["metrics_problem"] = str(error)
        return _json(answer)


def _shown(one: Assignment) -> dict[str, Any]:
    """An assignment as JSON, with where its sentences stand; places are code points."""
    return {
        "query": one.query,
        "text": one.text,
        "narrative": one.narrative,
        "document": one.document.id,
        "title": one.document.title,
        "content": one.document.text,
        "sentences": sentences(one.document.text),
        "own": asdict(one.own) if one.own else None,
        "spans": [
            {"id": name, "start": span.start, "end": span.end, "quote": span.quote}
            for name, span in one.spans.items()
        ],
        "answer": one.answer.text if one.answer else "",
    }


def _whole(request: Request, name: str, least: int, most: int) -> int:
    given = request.query_params.get(name, str(least))
    if not (given.isascii() and given.isdigit() and len(given) < 9):
        raise InvalidInputError(f"{name} must be a whole number, got {given[:20]!r}")
    return min(max(int(given), least), most)


def _json(body: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(body, status, headers=_HEADERS)


def _status(error: Exception) -> int:
    if isinstance(error, NotAllowedError):
        return 403
    return 409 if isinstance(error, ConflictError) else 400


def _refused(_: Request, error: Exception) -> Response:
    known = isinstance(error, (ConflictError, NotAllowedError, InvalidInputError))
    return _json({"problem": str(error)}, _status(error) if known else 503)
