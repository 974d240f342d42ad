"""Members of a project, each with an address of their own."""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from trovato.annotate import Project
from trovato.web.access.sessions import Sessions
from trovato.web.links import link


class MemberAccess:
    """Lets in who brings the token of a member; each member's is another.

    Parameters
    ----------
    project
        Whose members may come in; its secret signs their tokens, so that they outlive the server.
    """

    advice = "open the address that `trovato annotate start` printed for you: it says who you are"

    def __init__(self, project: Project) -> None:
        self._project = project
        self._key = project.store.secret().encode()
        self._sessions = Sessions(self._key)

    def token(self, name: str) -> str:
        """What shows that someone is that member; it cannot be guessed from another one's."""
        signed = hmac.new(self._key, f"member:{name}".encode(), hashlib.sha256).hexdigest()
        return f"{name.encode().hex()}.{signed}"

    def visitor(self, request: Request) -> str | None:
        """The member whose browser it is; who brings a token is led in by that first."""
        if self._member(request) is not None:
            return None
        name = self._sessions.visitor(request)
        return name if name is not None and self._project.role(name) is not None else None

    def welcome(self, request: Request) -> Response | None:
        """The way in for who brings a token."""
        name = self._member(request)
        if name is None:
            return None
        answer = RedirectResponse(link(request, request.scope["path"].lstrip("/")), 303)
        self._sessions.begin(request, answer, name)
        return answer

    def _member(self, request: Request) -> str | None:
        token = request.query_params.get("token", "")
        try:
            name = bytes.fromhex(token.partition(".")[0]).decode()
        except ValueError:
            return None
        same = hmac.compare_digest(self.token(name).encode(), token.encode())
        return name if same and self._project.role(name) is not None else None
