"""Serving the application on the loopback interface."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from trovato.core import InvalidInputError, LanguageModel
from trovato.web.app import build_app

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from trovato.library import Library

_LOOPBACK = "127.0.0.1"


def run(
    library: Library,
    model: LanguageModel | None = None,
    guard: str = "none",
    *,
    port: int,
    ready: Callable[[str], None],
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    library
        What is searched and asked.
    model, guard
        What writes answers, and what guards them; as of `trovato.library.answerer_factory`.
    port
        TCP port on the loopback interface; 0 picks a free one.
    ready
        Called with the address once the port is taken.

    Raises
    ------
    InvalidInputError
        If the port is in use or not allowed.
    """
    serve_app(build_app(library, model, guard), port=port, ready=ready)


def serve_app(app: Starlette, *, port: int, ready: Callable[[str], None]) -> None:
    """Serve an application until interrupted.

    Parameters
    ----------
    app
        What answers.
    port, ready
        As of `run`.

    Raises
    ------
    InvalidInputError
        If the port is in use or not allowed.
    """
    import uvicorn

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_LOOPBACK, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise InvalidInputError(
            f"cannot listen on port {port} of {_LOOPBACK} ({error}); choose another with --port"
        ) from error
    ready(f"http://{_LOOPBACK}:{listener.getsockname()[1]}")
    config = uvicorn.Config(app, log_level="warning")
    uvicorn.Server(config).run(sockets=[listener])
