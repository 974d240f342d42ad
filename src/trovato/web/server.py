"""Serving an application until it is interrupted."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from trovato.core import InvalidInputError, LanguageModel, PathLike
from trovato.web.access.sessions import Sessions
from trovato.web.access.tokens import TokenAccess
from trovato.web.app import build_app
from trovato.web.workspace import Workspace

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from trovato.library import Library

LOOPBACK = "127.0.0.1"


def run(
    libraries: Library | Mapping[str, Library],
    model: LanguageModel | None = None,
    guard: str = "none",
    *,
    port: int,
    ready: Callable[[str], None],
    workspace: Workspace | None = None,
) -> None:
    """Serve on this machine until interrupted, to the browser that opens the address first.

    Parameters
    ----------
    libraries, model, guard, workspace
        As of `build_app`.
    port
        TCP port on the loopback interface; 0 picks a free one.
    ready
        Called with the address, which holds a token, once the port is taken.

    Raises
    ------
    InvalidInputError
        If the port is in use or not allowed.
    """
    workspace = workspace or Workspace()
    access = TokenAccess(Sessions(workspace.secret()))
    app = build_app(libraries, model, guard, workspace=workspace, access=access)
    serve_app(app, port=port, ready=lambda url: ready(access.address(url)))


def serve_app(
    app: Starlette,
    *,
    port: int,
    ready: Callable[[str], None],
    host: str = LOOPBACK,
    certificate: tuple[PathLike, PathLike] | None = None,
) -> None:
    """Serve an application until interrupted.

    Parameters
    ----------
    app
        What answers.
    port, ready
        As of `run`; the address holds no token.
    host
        Address of the interface.
    certificate
        Files of a certificate and its key, for https.

    Raises
    ------
    InvalidInputError
        If the port is in use or not allowed, or the interface is not there.
    """
    import uvicorn

    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # whoever is told the address may come at once, and waits
    except (OSError, OverflowError) as error:
        listener.close()
        raise InvalidInputError(
            f"cannot listen on port {port} of {host} ({error}); choose another with "
            "--port or --host"
        ) from error
    scheme, shown = "https" if certificate else "http", f"[{host}]" if ":" in host else host
    ready(f"{scheme}://{shown}:{listener.getsockname()[1]}")
    config = uvicorn.Config(
        app,
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # who sends is who is connected
        timeout_graceful_shutdown=2,
        ssl_certfile=str(certificate[0]) if certificate else None,
        ssl_keyfile=str(certificate[1]) if certificate else None,
    )
    uvicorn.Server(config).run(sockets=[listener])
