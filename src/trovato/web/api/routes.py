"""`/api/v1`: search, answers and pages in the JSON of `--json`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trovato.library import evidence_json, ranking_json
from trovato.web.bodies import json_of
from trovato.web.pages.requests import count_of, mode_of, question_of
from trovato.web.pages.search import found
from trovato.web.site import API, Site
from trovato.web.streaming import tell_when_gone
from trovato.web.views.match_band import band
from trovato.web.workspace.answers import StoredAnswer


class Api:
    """One method for each address.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def collections(self, _: Request) -> Response:
        """What there is to ask."""
        infos = {name: library.info() for name, library in self._site.libraries.items()}
        return JSONResponse(
            {
                "collections": [
                    {"name": name, "files": info.files, "pages": info.pages}
                    for name, info in infos.items()
                ]
            }
        )

    def load(self, _: Request) -> Response:
        """How many searches were answered, wait and were refused, and how long they took."""
        return JSONResponse(self._site.load.told())

    def search(self, request: Request) -> Response:
        """Hits for `q`, with `filter`, `mode` and `k`; each says how well it matches."""
        library = self._site.library(request)
        question, mode = (
            question_of(request.query_params.get("q", "")),
            mode_of(request.query_params.get("mode", "")),
        )
        filter, k = request.query_params.get("filter", ""), count_of(request)
        ranking = found(library, question, filter, mode, k)
        around = library.neighbours_of(hit.item for hit in ranking)
        document = ranking_json(question, mode, ranking, neighbours=around)
        for entry, hit in zip(document["hits"], ranking, strict=True):
            entry["band"] = band(hit.evidence)
        return JSONResponse(document)

    def item(self, request: Request) -> Response:
        """A page's text and facts; with `q` also where it meets a question."""
        library, item_id = self._site.library(request), request.query_params.get("id", "")
        question = question_of(request.query_params.get("q", ""))
        item = library.get(item_id)
        document: dict[str, Any] = asdict(item) | {"attributes": dict(item.attributes)}
        if question:
            document["evidence"] = evidence_json(library.explain(question, item_id))
        return JSONResponse(document)

    async def ask(self, request: Request) -> Response:
        """Answer a question: a JSON object with `question`, and perhaps `filter` and `mode`."""
        asked = _read(await json_of(request))
        answer = await run_in_threadpool(self._ask, request, asked)
        stored = self._site.answers.get(answer)
        if stored.open:
            reading, _ = self._site.asking.follow(stored)
            leaving = asyncio.create_task(tell_when_gone(request.receive, reading.leave))
            try:
                await run_in_threadpool(list, reading.pieces())
            finally:
                leaving.cancel()
                reading.leave()
        return JSONResponse(_shown(self._site.answers.get(answer)), 201)

    def _ask(self, request: Request, asked: dict[str, str]) -> str:
        self._site.library(request)
        question = question_of(asked.get("question", ""))
        mode = mode_of(asked.get("mode", ""))
        name = request.path_params["collection"]
        condition, visitor = asked.get("filter", ""), request.state.visitor
        return self._site.asking.ask(name, question, condition, mode, visitor)

    def answer(self, request: Request) -> Response:
        """A stored answer."""
        return JSONResponse(_shown(self._site.answers.get(request.path_params["answer"])))


def api_routes(site: Site) -> list[Route]:
    """The addresses."""
    api = Api(site)
    return [
        Route(f"{API}collections", api.collections),
        Route(f"{API}load", api.load),
        Route(f"{API}collections/{{collection}}/search", api.search),
        Route(f"{API}collections/{{collection}}/item", api.item),
        Route(f"{API}collections/{{collection}}/answers", api.ask, methods=["POST"]),
        Route(f"{API}answers/{{answer}}", api.answer),
    ]


def _shown(stored: StoredAnswer) -> dict[str, Any]:
    return {
        "id": stored.id,
        "collection": stored.collection,
        "question": stored.question,
        "filter": stored.filter,
        "mode": stored.mode,
        "asked": stored.asked,
        "seconds": stored.seconds,
        "open": stored.open,
        "problem": stored.problem,
        **(stored.answer or {}),
    }


def _read(asked: Any) -> dict[str, str]:
    known = ("question", "filter", "mode")
    if not isinstance(asked, dict) or not all(
        name in known and isinstance(value, str) for name, value in asked.items()
    ):
        raise HTTPException(400, f"a question is a JSON object of texts: {', '.join(known)}")
    return asked
