"""Recommendations for one user, and what is like an item: as pages and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trovato.web.site import API, Site

if TYPE_CHECKING:
    from trovato.web.served import ServedRecommender

_MOST = 1000  # items in an answer
_SOME = 5  # users that a page names


class RecommendationPages:
    """One method for each address.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def overview(self, request: Request) -> Response:
        """Who can be asked for; a name in a form leads to its page."""
        served, log = self._served(request), request.path_params["log"]
        for kind in ("user", "item"):
            given = request.query_params.get(kind)
            if given:
                return self._site.redirect(request, f"r/{log}/{kind}", name=given)
        names = served.answers.names
        some = [names[at] for at in range(min(len(names), _SOME))]
        return self._page(request, "recommender.html", some=some)

    def user(self, request: Request) -> Response:
        """The best items for someone, each with what of the history it is owed to."""
        return self._page(request, "recommended.html", told=self._recommended(request, "name"))

    def item(self, request: Request) -> Response:
        """What is like an item."""
        return self._page(request, "similar.html", told=self._similar(request, "name"))

    def about(self, request: Request) -> Response:
        """What is served."""
        served = self._served(request)
        known = {"users": len(served.answers.names), "items": len(served.answers.catalogue)}
        return JSONResponse({**known, "made": dict(served.made)})

    def recommend(self, request: Request) -> Response:
        """The same as `user`, as JSON."""
        return JSONResponse(self._recommended(request, "user"))

    def similar(self, request: Request) -> Response:
        """The same as `item`, as JSON."""
        return JSONResponse(self._similar(request, "item"))

    def _recommended(self, request: Request, key: str) -> dict[str, object]:
        repeat = request.query_params.get("repeat") == "true"
        answers, user = self._served(request).answers, _wanted(request, key)
        (answer,) = answers.recommended([user], _count(request), repeat=repeat)
        return answer

    def _similar(self, request: Request, key: str) -> dict[str, object]:
        return self._served(request).answers.similar(_wanted(request, key), _count(request))

    def _page(self, request: Request, template: str, **values: object) -> Response:
        served = self._served(request)
        shown = {"log": request.path_params["log"], "made": served.made, "count": _count(request)}
        repeat = request.query_params.get("repeat") == "true"
        return self._site.page(request, template, {**shown, "repeat": repeat, **values})

    def _served(self, request: Request) -> ServedRecommender:
        name = request.path_params["log"]
        if name not in self._site.recommenders:
            raise HTTPException(404, f"no recommender is called {name[:40]!r}")
        return self._site.recommenders[name]


def recommendation_routes(site: Site) -> list[Route]:
    """Where one sees what is recommended."""
    pages, api = RecommendationPages(site), f"{API}recommenders/{{log}}"
    return [
        Route("/r/{log}", pages.overview),
        Route("/r/{log}/user", pages.user),
        Route("/r/{log}/item", pages.item),
        Route(api, pages.about),
        Route(f"{api}/recommend", pages.recommend),
        Route(f"{api}/similar", pages.similar),
    ]


def _wanted(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if value is None:
        raise HTTPException(400, f"wanted {request.scope['path']}?{name}=…, got no {name}")
    return value


def _count(request: Request) -> int:
    text = request.query_params.get("count", "10")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= _MOST):
        raise HTTPException(400, f"count is a whole number from 1 to {_MOST}, got {text[:40]!r}")
    return int(text)
