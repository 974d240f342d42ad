"""Pages of a project: how far it is, judging, and settling what people disagree on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.annotate import Adjudicated, Project, open_suggestions
from trovato.annotate.metrics import metrics, status
from trovato.annotate.roles import includes
from trovato.core import InvalidInputError
from trovato.web.bodies import form_of
from trovato.web.judging.members import member_of, project_of
from trovato.web.site import Site

_SHOWN = 20  # disagreements on one page


class JudgingPages:
    """One method for each page.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def overview(self, request: Request) -> Response:
        """Progress; for managers also what the judgements say of the runs."""
        project = project_of(self._site, request)
        values = self._values(project, request, member_of(project, request))
        if includes(values["role"], "manager"):
            try:
                values["report"] = metrics(project)
            except InvalidInputError as error:
                values["problem"] = str(error)
        if values["judges"]:
            values["drafts"] = sum(1 for _ in open_suggestions(project, values["member"]))
            values["queries"] = project.queries()
        return self._site.page(request, "project.html", {**values, "status": status(project)})

    def judge(self, request: Request) -> Response:
        """One document after another."""
        project = project_of(self._site, request)
        values = self._values(project, request, member_of(project, request))
        return self._site.page(request, "judge.html", {**values, "settings": project.settings()})

    def disagreements(self, request: Request) -> Response:
        """What people are divided about, with all that was said, for who settles it."""
        project = project_of(self._site, request)
        name = member_of(project, request, "adjudicator")
        undecided = project.labels().undecided
        asked = project.queries()
        said: dict[tuple[str, str], list[Any]] = {}
        for one in project.judgements():
            said.setdefault((one.query, one.document), []).append(one)
        cases = [
            {
                "query": query,
                "text": asked[query],
                "document": project.store.document(document),
                "said": said[query, document],
                "spans": list(project.spans(query, document).values()),
            }
            for query, document in list(undecided)[:_SHOWN]
        ]
        return self._site.page(
            request,
            "adjudicate.html",
            {
                **self._values(project, request, name),
                "cases": cases,
                "left": len(undecided),
                "settings": project.settings(),
            },
        )

    async def settle(self, request: Request) -> Response:
        """Store an adjudicator's grade."""
        return await run_in_threadpool(self._settle, request, await form_of(request))

    def _settle(self, request: Request, form: Mapping[str, str]) -> Response:
        self._site.check_form(request, form.get("form_token"))
        project, grade = project_of(self._site, request), form.get("grade", "")
        if grade not in ("0", "1", "2", "3"):
            raise HTTPException(400, f"a grade is 0, 1, 2 or 3, got {grade[:20]!r}")
        name = member_of(project, request, "adjudicator")
        query, document, note = (form.get(key, "") for key in ("query", "document", "note"))
        project.record(name, Adjudicated(query, document, int(grade), note))
        return self._site.redirect(request, f"j/{request.path_params['project']}/adjudicate")

    @staticmethod
    def _values(project: Project, request: Request, name: str) -> dict[str, Any]:
        role = project.role(name)
        return {
            "project": request.path_params["project"],
            "member": name,
            "role": role,
            "settles": role is not None and includes(role, "adjudicator"),
            "judges": role is not None and includes(role, "annotator"),
            "manages": role is not None and includes(role, "manager"),
        }


def judging_routes(site: Site) -> list[Route]:
    """Where one judges."""
    pages = JudgingPages(site)
    return [
        Route("/j/{project}", pages.overview),
        Route("/j/{project}/judge", pages.judge),
        Route("/j/{project}/adjudicate", pages.disagreements, methods=["GET"]),
        Route("/j/{project}/adjudicate", pages.settle, methods=["POST"]),
    ]
