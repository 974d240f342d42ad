"""Addresses inside the application, relative to the page that holds them.

So they lead to the right place below any prefix that a proxy puts in front.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request

from trovato.core import InvalidInputError, PathLike


def link(request: Request, path: str = "", **query: object) -> str:
    """The way from the page of a request to another one.

    Parameters
    ----------
    request
        Whose answer holds the link.
    path
        From the root of the application, without a slash in front; empty for the first page.
    query
        Parameters; empty ones are left out.

    Examples
    --------
    >>> page = Request({"type": "http", "path": "/c/reports/search"})
    >>> link(page, "c/reports/page", id="a.pdf#1", q="")
    '../../c/reports/page?id=a.pdf%231'
    >>> link(page)
    '../../'
    """
    up = "../" * (request.scope["path"].count("/") - 1)
    said = urlencode({name: value for name, value in query.items() if value not in ("", None)})
    return (up + path or "./") + (f"?{said}" if said else "")


def names_of(places: Iterable[PathLike]) -> list[str]:
    """Names of files, folders or addresses of projects that can stand in addresses.

    Raises
    ------
    InvalidInputError
        If two have the same.
    """
    found: dict[str, PathLike] = {}
    for place in places:
        name = re.sub(r"[^\w-]+", "-", Path(place).resolve().stem).strip("-") or "collection"
        if name in found:
            raise InvalidInputError(
                f"{found[name]} and {place} would both be called {name!r}: rename one of them"
            )
        found[name] = place
    return list(found)
