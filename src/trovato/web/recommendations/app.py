"""Routes that answer with recommendations as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from trovato.core import InvalidInputError, TrovatoError
from trovato.recommend import Answers

_MOST = 1000  # items in an answer


def build_recommender_app(answers: Answers, about: Mapping[str, Any]) -> Starlette:
    """`/recommend?user=…&count=10`, `/similar?item=…&count=10`, and `/` with what is served.

    It answers only requests that name a loopback host; what cannot be answered is status 400 with
    the reason as `error`.

    Parameters
    ----------
    answers
        Who can be answered, by what.
    about
        How the recommender was made.
    """
    views = _Views(answers, about)
    return Starlette(
        routes=[
            Route("/", views.about),
            Route("/recommend", views.recommend),
            Route("/similar", views.similar),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
        ],
        exception_handlers={TrovatoError: _refused},
    )


class _Views:
    """One method per route; the server runs each in a thread of its own."""

    def __init__(self, answers: Answers, about: Mapping[str, Any]) -> None:
        self._answers, self._about = answers, about

    def about(self, _request: Request) -> JSONResponse:
        known = {"users": len(self._answers.names), "items": len(self._answers.catalogue)}
        return JSONResponse({**known, "made": dict(self._about)})

    def recommend(self, request: Request) -> JSONResponse:
        user, repeat = _wanted(request, "user"), request.query_params.get("repeat") == "true"
        (answer,) = self._answers.recommended([user], _count(request), repeat=repeat)
        return JSONResponse(answer)

    def similar(self, request: Request) -> JSONResponse:
        return JSONResponse(self._answers.similar(_wanted(request, "item"), _count(request)))


def _wanted(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if value is None:
        raise InvalidInputError(f"wanted {request.url.path}?{name}=…, got no {name}")
    return value


def _count(request: Request) -> int:
    text = request.query_params.get("count", "10")
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise InvalidInputError(f"count is a whole number from 1 to {_MOST}, got {text!r}")
    return int(text)


def _refused(_request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"error": str(error)}, 400)
