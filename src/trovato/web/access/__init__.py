"""Who may come in, and what every response tells the browser."""

from trovato.web.access.entrance import Access
from trovato.web.access.passwords import PasswordAccess, Users
from trovato.web.access.proxy import ProxyAccess
from trovato.web.access.tokens import TokenAccess

__all__ = ["Access", "PasswordAccess", "ProxyAccess", "TokenAccess", "Users"]
