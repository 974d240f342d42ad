"""What the parameters of a request mean."""

from __future__ import annotations

from typing import Literal, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request

from trovato.library import MODES, Mode

# Of a question; the time that a search takes grows with it.
MOST_CHARACTERS = 2000
MOST_HITS = 100
WAYS: tuple[str, ...] = (*MODES, "hops")
Way = Mode | Literal["hops"]


def question_of(text: str) -> str:
    """A question that is not too long."""
    question = text.strip()
    if len(question) > MOST_CHARACTERS:
        raise HTTPException(
            413,
            f"a question has at most {MOST_CHARACTERS:,} characters on this page, and this one has "
            f"{len(question):,}: ask in fewer words, or search for a long text with `trovato "
            "search` or from Python",
        )
    return question


def way_of(request: Request) -> Way:
    """How pages are looked for."""
    named = request.query_params.get("mode", "") or "hybrid"
    if named not in WAYS:
        raise HTTPException(400, f"mode must be one of {', '.join(WAYS)}, got {named[:40]!r}")
    return cast("Way", named)


def count_of(request: Request) -> int:
    """How many hits are wanted."""
    given = request.query_params.get("k", "10")
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= MOST_HITS):
        raise HTTPException(400, f"k must be a number in 1…{MOST_HITS}, got {given[:40]!r}")
    return int(given)


def span_of(request: Request) -> tuple[int, int] | None:
    """Characters of a page that an answer cites, such as 12-40."""
    named = request.query_params.get("cited", "")
    if not named:
        return None
    start, dash, end = named.partition("-")
    try:
        span = int(start), int(end)
    except ValueError:  # also of more digits than Python reads
        span = 0, 0
    if not (dash and 0 <= span[0] < span[1]):
        raise HTTPException(400, f"cited must be two places such as 12-40, got {named[:40]!r}")
    return span
