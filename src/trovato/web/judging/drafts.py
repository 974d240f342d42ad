"""What models suggest, for whoever decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.annotate import Project, Slot, Suggested, decide, open_suggestions, turn_down
from trovato.web.bodies import form_of
from trovato.web.judging.members import member_of, project_of
from trovato.web.site import Site

_SHOWN = 20  # suggestions on one page


class DraftPages:
    """One method for each page.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        """What waits for a decision of who asks; of a document only once they have graded it."""
        project = project_of(self._site, request)
        name = member_of(project, request, "annotator")
        waiting = list(islice(open_suggestions(project, name), _SHOWN + 1))
        texts = project.queries()
        shown = [
            _shown(project, name, one, said, texts.get(said.query, ""))
            for one, said in waiting[:_SHOWN]
        ]
        values = {
            "project": request.path_params["project"],
            "drafts": shown,
            "more": len(waiting) > _SHOWN,
            "labels": project.settings().grade_labels,
        }
        return self._site.page(request, "drafts.html", values)

    async def settle(self, request: Request) -> Response:
        """Store a decision, and what is taken."""
        return await run_in_threadpool(self._settle, request, await form_of(request))

    def _settle(self, request: Request, form: Mapping[str, str]) -> Response:
        self._site.check_form(request, form.get("form_token"))
        project = project_of(self._site, request)
        name, suggestion = member_of(project, request, "annotator"), form.get("suggestion", "")
        if form.get("decision") == "take":
            query = form.get("query", "").strip()
            decide(project, name, suggestion, text=form.get("text"), query=query)
        elif form.get("decision") == "reject":
            turn_down(project, name, suggestion)
        else:
            raise HTTPException(400, "a decision is take or reject")
        return self._site.redirect(request, f"j/{request.path_params['project']}/drafts")


def _shown(
    project: Project, name: str, suggestion: str, said: Suggested, text: str
) -> dict[str, Any]:
    own = Slot("judgement", said.query, said.document, name)
    stands = project.store.look([own]).standing.get(own)
    evidence: list[str] = []
    if said.task == "answer":
        found = (project.store.find(one) for one in said.output["citations"])
        evidence = [getattr(one.event, "quote", "") for one in found if one is not None]
    return {
        "id": suggestion,
        "said": said,
        "query": text,
        "document": project.store.document(said.document),
        "own": getattr(stands.event, "grade", None) if stands else None,
        "evidence": evidence,
    }


def draft_routes(site: Site) -> list[Route]:
    """Where one decides."""
    pages = DraftPages(site)
    return [
        Route("/j/{project}/drafts", pages.show, methods=["GET"]),
        Route("/j/{project}/drafts", pages.settle, methods=["POST"]),
    ]
