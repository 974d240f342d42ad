"""The collection as a page in the browser, on this machine only."""

from trovato.web.app import build_app
from trovato.web.command import serve
from trovato.web.server import run

__all__ = [
    "build_app",
    "run",
    "serve",
]
