"""What the parameters of a request mean."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from trovato.library import ASK_MODES, AskMode

# Of a question; the time that a search takes grows with it.
MOST_CHARACTERS = 2000
MOST_HITS = 100


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


def mode_of(named: str) -> AskMode:
    """How pages are looked for."""
    mode = next((mode for mode in ASK_MODES if mode == (named or "hybrid")), None)
    if mode is None:
        raise HTTPException(400, f"mode must be one of {', '.join(ASK_MODES)}, got {named[:40]!r}")
    return mode


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
