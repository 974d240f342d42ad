"""Behind a proxy that knows who its visitors are."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from starlette.requests import Request
from starlette.responses import Response

from trovato.core import InvalidInputError, NotAllowedError, check_many


class ProxyAccess:
    """Believes a header of a trusted proxy, and refuses it from anywhere else.

    Parameters
    ----------
    header
        Holds the visitor's name, such as `Remote-User`.
    networks
        Where the proxy is, such as `127.0.0.1/32`.

    Raises
    ------
    InvalidInputError
        If one of them is no network.
    """

    advice = "come by way of the proxy, which says who you are"

    def __init__(self, header: str, networks: Sequence[str]) -> None:
        check_many("networks", networks)
        self._header = header
        try:
            self._networks = [ip_network(one) for one in networks]
        except ValueError as error:
            raise InvalidInputError(
                f"a proxy's network is written like 127.0.0.1/32, got {', '.join(networks)}"
            ) from error

    def visitor(self, request: Request) -> str | None:
        """The name that the proxy gives."""
        names = request.headers.getlist(self._header)
        if not names:
            return None
        peer = ip_address(request.client.host) if request.client else None
        if peer is None or not any(peer in network for network in self._networks):
            raise NotAllowedError(
                f"{self._header} is believed from {', '.join(map(str, self._networks))} only, and "
                f"this came from {peer or 'nowhere'}: see --proxy-from"
            )
        if len(names) > 1:
            raise NotAllowedError(f"{self._header} came more than once: the proxy must replace it")
        return names[0] or None

    def welcome(self, request: Request) -> Response | None:  # noqa: ARG002 (of the protocol)
        """There is no other way in."""
        return None
