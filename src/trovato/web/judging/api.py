"""Assignments and events of a project as JSON, for its pages and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trovato.annotate import Assignment, Project, assignment, next_assignments, visible_suggestions
from trovato.annotate.metrics import metrics
from trovato.annotate.roles import includes
from trovato.core import ConflictError, InvalidInputError, NotAllowedError
from trovato.ops.language.sentence_splitter import sentences
from trovato.web.bodies import json_of
from trovato.web.judging.event_request import read_event
from trovato.web.judging.members import member_of, project_of
from trovato.web.site import API, Site
from trovato.web.statuses import status_of

_MOST_EVENTS = 500  # in one request
_MOST_BYTES = 1 << 20
_AHEAD = 40  # documents that one person may hold
_FOUND = 20


class JudgingApi:
    """One method for each address.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def assignments(self, request: Request) -> Response:
        """The next documents for who asks, and how many wait for anyone."""
        project = project_of(self._site, request)
        name = member_of(project, request)
        found = next_assignments(project, name, _count(request))
        waiting = project.store.open_items()
        return JSONResponse({"assignments": [_shown(one) for one in found], "waiting": waiting})

    def assignment(self, request: Request) -> Response:
        """One query and document, with what one has said about them."""
        project = project_of(self._site, request)
        name = member_of(project, request)
        return JSONResponse(_shown(assignment(project, name, *_named(request))))

    async def events(self, request: Request) -> Response:
        """Store events in order: each is on the disk, or refused, when this answers."""
        sent = await json_of(request, _MOST_BYTES)
        if not isinstance(sent, list) or len(sent) > _MOST_EVENTS:
            raise HTTPException(400, f"events come as a list of at most {_MOST_EVENTS}")
        return JSONResponse({"events": await run_in_threadpool(self._store, request, sent)})

    def _store(self, request: Request, sent: list[Any]) -> list[dict[str, Any]]:
        project = project_of(self._site, request)
        name, told = member_of(project, request), []
        for one in sent:
            answer: dict[str, Any] = {"id": one.get("id") if isinstance(one, dict) else None}
            try:
                answer["seq"] = project.record(name, **read_event(one)).seq
            except (ConflictError, NotAllowedError, InvalidInputError) as error:
                answer |= {"status": status_of(error), "problem": str(error)}
            told.append(answer)
        return told

    def search(self, request: Request) -> Response:
        """Documents that meet some words: beside the pool, for what nobody has pooled."""
        project = project_of(self._site, request)
        member_of(project, request)
        found = project.search(request.query_params.get("q", "")[:2000], _FOUND)
        shown = [{"id": one.id, "title": one.title, "text": one.text[:200]} for one in found]
        return JSONResponse({"documents": shown})

    def suggestions(self, request: Request) -> Response:
        """What models say about a document, once one's own grade is stored."""
        project = project_of(self._site, request)
        name = member_of(project, request)
        found = visible_suggestions(project, name, *_named(request))
        shown = [
            {"id": key, "task": one.task, "model": one.model, "output": dict(one.output)}
            for key, one in found.items()
        ]
        return JSONResponse({"suggestions": shown})

    def progress(self, request: Request) -> Response:
        """How many documents wait; for managers also what the judgements say of the runs."""
        project = project_of(self._site, request)
        answer: dict[str, Any] = {"waiting": project.store.open_items()}
        role = project.role(member_of(project, request))
        if role is not None and includes(role, "manager"):
            answer |= _metrics(project)
        return JSONResponse(answer)


def judging_api_routes(site: Site) -> list[Route]:
    """The addresses."""
    api, root = JudgingApi(site), f"{API}projects/{{project}}/"
    return [
        Route(f"{root}assignments", api.assignments),
        Route(f"{root}assignment", api.assignment),
        Route(f"{root}events", api.events, methods=["POST"]),
        Route(f"{root}search", api.search),
        Route(f"{root}suggestions", api.suggestions),
        Route(f"{root}progress", api.progress),
    ]


def _metrics(project: Project) -> dict[str, Any]:
    try:
        return {"metrics": metrics(project).to_json()}
    except InvalidInputError as error:
        return {"metrics_problem": str(error)}


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


def _named(request: Request) -> tuple[str, str]:
    return request.query_params.get("query", ""), request.query_params.get("document", "")


def _count(request: Request) -> int:
    given = request.query_params.get("count", "1")
    if not (given.isascii() and given.isdigit() and len(given) < 9):
        raise HTTPException(400, f"count must be a whole number, got {given[:20]!r}")
    return min(max(int(given), 1), _AHEAD)
