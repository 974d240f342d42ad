"""How a request that is not let in is answered."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

Refuse = Callable[[Request, Exception], Response]
