"""The application in the browser: search, answers, pages."""

from trovato.web.access import Access, PasswordAccess, ProxyAccess, TokenAccess, Users
from trovato.web.app import build_app
from trovato.web.command import serve
from trovato.web.server import run
from trovato.web.workspace import Workspace

__all__ = [
    "Access",
    "PasswordAccess",
    "ProxyAccess",
    "TokenAccess",
    "Users",
    "Workspace",
    "build_app",
    "run",
    "serve",
]
