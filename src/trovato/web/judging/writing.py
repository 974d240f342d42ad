"""Pages on which people write: queries, and answers that cite what they marked."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.annotate import Answered, Project, QuerySet, Slot, read_citations
from trovato.web.bodies import form_of
from trovato.web.judging.members import member_of, project_of
from trovato.web.site import Site

_FOUND = 3  # documents that a query's words find, for whoever writes it


class WritingPages:
    """One method for each page.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def queries(self, request: Request) -> Response:
        """All queries, each of which can be changed, and room for a new one."""
        project = project_of(self._site, request)
        member_of(project, request, "manager")
        shown = [
            (one.event, one.seq, project.search(one.event.text, _FOUND))
            for one in project.store.current("query")
            if isinstance(one.event, QuerySet)
        ]
        values = {"project": request.path_params["project"], "queries": shown}
        return self._site.page(request, "queries.html", values)

    async def write_query(self, request: Request) -> Response:
        """Store a query, unless somebody changed it meanwhile."""
        return await run_in_threadpool(self._write_query, request, await form_of(request))

    def _write_query(self, request: Request, form: Mapping[str, str]) -> Response:
        self._site.check_form(request, form.get("form_token"))
        project = project_of(self._site, request)
        name = member_of(project, request, "manager")
        query, text = form.get("query", "").strip(), form.get("text", "").strip()
        base = form.get("base", "0")
        if not (text and base.isascii() and base.isdigit() and len(base) < 19):
            raise HTTPException(400, "a query has a text")
        event = QuerySet(query, text, form.get("narrative", "").strip())
        project.record(name, event, base=int(base))
        return self._site.redirect(request, f"j/{request.path_params['project']}/queries")

    def answer(self, request: Request) -> Response:
        """One's own marks for a query, or the first, numbered; and the answer that cites them."""
        project = project_of(self._site, request)
        name = member_of(project, request, "annotator")
        queries = project.queries()
        if "query" not in request.query_params and queries:
            place = f"j/{request.path_params['project']}/write"
            return self._site.redirect(request, place, query=next(iter(queries)))
        query = self._query(project, request.query_params.get("query", ""))
        slot = Slot("answer", query.query, owner=name)
        stands = project.store.look([slot]).standing.get(slot)
        own = stands.event if stands else None
        text, uncited = "", tuple[str, ...]()
        evidence = project.spans(query.query, owner=name)
        if isinstance(own, Answered):
            text = _as_numbered_here(own, list(evidence))
            uncited = read_citations(text, list(evidence)).uncited if evidence else ()
        values = {
            "project": request.path_params["project"],
            "query": query,
            "evidence": list(evidence.values()),
            "text": text,
            "uncited": uncited,
            "base": stands.seq if stands else 0,
            "queries": queries,
        }
        return self._site.page(request, "write.html", values)

    async def write_answer(self, request: Request) -> Response:
        """Store an answer with what it cites."""
        return await run_in_threadpool(self._write_answer, request, await form_of(request))

    def _write_answer(self, request: Request, form: Mapping[str, str]) -> Response:
        self._site.check_form(request, form.get("form_token"))
        project = project_of(self._site, request)
        name = member_of(project, request, "annotator")
        query = self._query(project, form.get("query", ""))
        evidence = project.spans(query.query, owner=name)
        cited = read_citations(form.get("text", ""), list(evidence))
        project.record(name, Answered(query.query, cited.text, cited.citations))
        place = f"j/{request.path_params['project']}/write"
        return self._site.redirect(request, place, query=query.query)

    @staticmethod
    def _query(project: Project, query: str) -> QuerySet:
        slot = Slot("query", query)
        found = project.store.look([slot]).standing.get(slot)
        if found is None or not isinstance(found.event, QuerySet):
            raise HTTPException(404, f"no query is called {query[:40]!r}")
        return found.event


def _as_numbered_here(answer: Answered, evidence: list[str]) -> str:
    """An answer in which `[2]` stands for the second mark of the page, whatever it cites first."""
    numbers = {name: number for number, name in enumerate(evidence, start=1)}
    text = answer.text
    for place, name in reversed(list(enumerate(answer.citations, start=1))):
        text = text.replace(f"[{place}]", f"[\0{numbers[name]}]" if name in numbers else "")
    return text.replace("[\0", "[")


def writing_routes(site: Site) -> list[Route]:
    """Where one writes."""
    pages = WritingPages(site)
    return [
        Route("/j/{project}/queries", pages.queries, methods=["GET"]),
        Route("/j/{project}/queries", pages.write_query, methods=["POST"]),
        Route("/j/{project}/write", pages.answer, methods=["GET"]),
        Route("/j/{project}/write", pages.write_answer, methods=["POST"]),
    ]
