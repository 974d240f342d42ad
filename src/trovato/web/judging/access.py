"""Who is at the other end: each member has an address of their own."""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import Request

from trovato.annotate import Project
from trovato.core import NotAllowedError

COOKIE = "trovato-judge"


def token_of(project: Project, name: str) -> str:
    """What shows that someone is that member; it cannot be guessed from another one's."""
    key = project.store.secret().encode()
    return f"{name.encode().hex()}.{hmac.new(key, name.encode(), hashlib.sha256).hexdigest()}"


def member_of(project: Project, token: str) -> str | None:
    """Whose token it is; None where it is nobody's."""
    try:
        name = bytes.fromhex(token.partition(".")[0]).decode()
    except ValueError:
        return None
    same = hmac.compare_digest(token_of(project, name).encode(), token.encode())
    return name if same and project.role(name) is not None else None


def member_behind(project: Project, request: Request) -> str:
    """The member who sent a request.

    Raises
    ------
    NotAllowedError
        If nobody has that cookie, or a page of another site sent it.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowedError("this is asked from the page itself, not from another site")
    name = member_of(project, request.cookies.get(COOKIE, ""))
    if name is None:
        raise NotAllowedError(
            "open the address that `trovato annotate start` printed for you: it says who you are"
        )
    return name
