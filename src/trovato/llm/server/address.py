"""The address of a server: where it stands, and who asks."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote

import httpx

from trovato.core import InvalidInputError, without_credentials

# What people copy with the base of the interface.
_ENDPOINTS = ("/chat/completions", "/completions", "/models")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Base of an interface such as `http://localhost:8000/v1`, and credentials before the host.

    `url` has neither the credentials nor a slash at its end.
    """

    url: str
    host: str
    user: str
    password: str

    @property
    def loopback(self) -> bool:
        """Whether the server runs on this machine, so that no proxy stands between."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def hint(self) -> str:
        """What was probably meant, where nothing is found at the address."""
        versioned = any(part[:1] == "v" and part[1:2].isdigit() for part in self.url.split("/"))
        return "" if versioned else f"; did you mean {self.url}/v1?"


def server_address(url: str) -> ServerAddress:
    """The parts of an address.

    The address of the chat itself (`…/v1/chat/completions`) stands for its base.

    Raises
    ------
    InvalidInputError
        If it is no address of a server, or has a query.
    """
    try:
        found = httpx.URL(url)
        usable = found.scheme in ("http", "https") and found.host
    except httpx.InvalidURL:
        usable = False
    if not usable or found.query or found.fragment:
        shown = without_credentials(url.partition("?")[0])
        raise InvalidInputError(
            "a server's address is one such as http://localhost:8000/v1, without a query, "
            f"got {shown!r}"
        )
    # Only an address with credentials is rewritten: others are shown as they were given.
    base = str(found.copy_with(username=None, password=None)) if found.userinfo else url
    base = base.rstrip("/")
    for endpoint in _ENDPOINTS:
        base = base.removesuffix(endpoint)
    return ServerAddress(base, found.host, unquote(found.username), found.password)
