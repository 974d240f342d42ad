"""Hits for a question."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from trovato.core import InvalidInputError, Query, Ranking
from trovato.library import AskMode, Library, multi_hop_retriever
from trovato.web.pages.requests import MOST_HITS, count_of, mode_of, question_of
from trovato.web.site import Site
from trovato.web.views.conditions import chips
from trovato.web.views.hits import grouped, views_of


class SearchPage:
    """The hits of one collection.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def choose(self, request: Request) -> Response:
        """From the first page, where a collection is chosen, to its own search."""
        name = request.query_params.get("collection", "") or next(iter(self._site.libraries))
        asked = {key: request.query_params.get(key, "") for key in ("q", "filter", "mode")}
        return self._site.redirect(request, f"c/{name}/search", **asked)

    def show(self, request: Request) -> Response:
        """The search box, and the hits when there is a question."""
        library = self._site.library(request)
        question, mode = (
            question_of(request.query_params.get("q", "")),
            mode_of(request.query_params.get("mode", "")),
        )
        filter, k = request.query_params.get("filter", ""), count_of(request)
        ranking, problem = None, ""
        if question:
            try:
                ranking = found(library, question, filter, mode, k)
            except InvalidInputError as error:
                problem = str(error)
        views = views_of(library, ranking or ())
        return self._site.page(
            request,
            "search.html",
            {
                "question": question,
                "mode": mode,
                "filter": filter,
                "chips": chips(filter),
                "ranking": ranking,
                "groups": grouped([view for view in views if view.band != "weak"]),
                "weak": [view for view in views if view.band == "weak"],
                "more": min(2 * k, MOST_HITS) if ranking and len(ranking) == k < MOST_HITS else 0,
                "problem": problem,
            },
            400 if problem else 200,
        )


def found(library: Library, question: str, filter: str, mode: AskMode, k: int) -> Ranking:
    """Hits by any of the ways, along links too."""
    if mode == "hops":
        return multi_hop_retriever(library).retrieve(Query(question, filter), k)
    return library.search(question, k, mode=mode, filter=filter)


def search_routes(site: Site) -> list[Route]:
    """Where one searches."""
    pages = SearchPage(site)
    return [Route("/search", pages.choose), Route("/c/{collection}/search", pages.show)]
