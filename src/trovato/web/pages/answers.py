"""Answers: asked once, kept, and shown at an address of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.core import InvalidInputError
from trovato.generate import votes_of
from trovato.web.bodies import form_of
from trovato.web.pages.requests import mode_of, question_of
from trovato.web.site import Site
from trovato.web.streaming import Streamed
from trovato.web.views.cited_text import cited_marks, cited_text
from trovato.web.workspace.answers import StoredAnswer


class AnswerPages:
    """Asking, showing, stopping and explaining.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def offer(self, request: Request) -> Response:
        """A question from a link: it is asked only when a button here is pressed."""
        self._site.library(request)
        question = question_of(request.query_params.get("q", ""))
        given = {key: request.query_params.get(key, "") for key in ("filter", "mode")}
        return self._site.page(request, "offer.html", {"question": question, **given})

    async def ask(self, request: Request) -> Response:
        """Store the question, and go to its answer."""
        return await run_in_threadpool(self._ask, request, await self._form(request))

    def _ask(self, request: Request, form: Mapping[str, str]) -> Response:
        self._site.library(request)
        question, filter = question_of(form.get("q", "")), form.get("filter", "")
        mode = mode_of(form.get("mode", ""))
        name = request.path_params["collection"]
        if not question:
            return self._site.redirect(request, f"c/{name}/search")
        try:
            answer = self._site.asking.ask(name, question, filter, mode, request.state.visitor)
        except InvalidInputError as error:
            given = {"question": question, "filter": filter, "mode": mode, "problem": str(error)}
            return self._site.page(request, "offer.html", given, 400)
        return self._site.redirect(request, f"answers/{answer}")

    def show(self, request: Request) -> Response:
        """The answer; while it is open, its words come as they are written."""
        stored = self._stored(request)
        if not stored.open:
            return self._site.page(request, "answer.html", self._values(stored))
        reading, before = self._site.asking.follow(stored)
        values = {
            **self._values(stored),
            "pieces": reading.pieces,
            "before": before,
            "outcome": lambda: self._values(self._site.answers.get(stored.id)),
        }
        pieces = self._site.template("answer.html").generate(self._site.values(request, values))
        return Streamed(pieces, reading.leave)

    async def change(self, request: Request) -> Response:
        """Stop, ask again, or ask each page alone."""
        await self._form(request)
        return await run_in_threadpool(self._change, request)

    def _change(self, request: Request) -> Response:
        stored, change = self._stored(request), request.path_params["change"]
        actor = request.state.visitor
        if change == "stop":
            self._site.asking.stop(stored.id)
        elif change == "again" and (stored.stopped or stored.problem):
            self._site.answers.record(stored.id, "again", {}, actor)
        elif change == "why" and stored.answer is not None:
            self._site.answers.record(stored.id, "explain", {}, actor)
        elif change not in ("again", "why"):
            raise HTTPException(404, "an answer can be stopped, asked again, or explained")
        return self._site.redirect(request, f"answers/{stored.id}")

    def _stored(self, request: Request) -> StoredAnswer:
        return self._site.answers.get(request.path_params["answer"])

    async def _form(self, request: Request) -> Mapping[str, str]:
        form = await form_of(request)
        self._site.check_form(request, form.get("form_token"))
        return form

    @staticmethod
    def _values(stored: StoredAnswer) -> dict[str, Any]:
        answer = stored.answer
        return {
            "stored": stored,
            "collection": stored.collection,
            "question": stored.question,
            "filter": stored.filter,
            "mode": stored.mode,
            "answer": answer,
            "said": cited_text(answer, stored.written) if answer else "",
            "partial": cited_marks(stored.written, []) if stored.written and not answer else "",
            "votes": _votes(answer) if answer else {},
            "explained": _explained(answer),
        }


def _votes(answer: Mapping[str, Any]) -> Mapping[str, int]:
    """Those of the guard, or what they would be if each page voted."""
    return answer["votes"] or votes_of([source["alone"] or "" for source in answer["sources"]])


def _explained(answer: Mapping[str, Any] | None) -> bool:
    """Whether each page was asked alone."""
    return answer is not None and any(one["alone"] is not None for one in answer["sources"])


def answer_routes(site: Site) -> list[Route]:
    """Where one asks, and where answers stand."""
    pages = AnswerPages(site)
    return [
        Route("/c/{collection}/answers", pages.offer, methods=["GET"]),
        Route("/c/{collection}/answers", pages.ask, methods=["POST"]),
        Route("/answers/{answer}", pages.show),
        Route("/answers/{answer}/{change}", pages.change, methods=["POST"]),
    ]
