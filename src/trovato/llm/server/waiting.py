"""Whether a server that refuses is worth asking again, and when."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

_AGAIN = (408, 425, 429, 500, 502, 503, 504)  # answers after which asking again may help
_LOADING = re.compile(r"loading|warming up|starting up|is starting|not ready")
_USED_UP = re.compile(r"insufficient_quota|insufficient credits|exceeded your current quota")
_LONGEST = 60.0  # seconds that a server may ask to wait
_NAMED = 10  # how often it may say when to come back


@dataclass(slots=True)
class Patience:
    """What is left of it during one request.

    Parameters
    ----------
    retries
        How often a busy server is asked again that does not say when.
    start_timeout
        Seconds that a server may take to load its model.
    """

    retries: int
    start_timeout: float
    _begun: float = field(default_factory=time.monotonic)
    _pause: float = 0.5
    _named: int = 0

    def pause(self, status: int, headers: Mapping[str, str], said: str) -> float | None:
        """Seconds to wait before asking again; None where it is of no use."""
        said = said.lower()
        named = named_pause(headers, time.time())
        if is_loading(status, said):
            left = self._begun + self.start_timeout - time.monotonic()
            return min(self._next(named), left) if left > 0 else None
        if status not in _AGAIN or _USED_UP.search(said) or not self.retries:
            return None
        if named is None:
            self.retries -= 1
        else:
            self._named += 1
        pause = self._next(named)
        return pause if pause <= _LONGEST and self._named <= _NAMED else None

    def unreachable(self) -> float | None:
        """The same where nobody answers."""
        if not self.retries:
            return None
        self.retries -= 1
        return self._next(None)

    def _next(self, named: float | None) -> float:
        pause, self._pause = self._pause, min(self._pause * 2, 5.0)
        return pause if named is None else named


def is_loading(status: int, said: str) -> bool:
    """Whether a server is there, and its model not yet."""
    return status == 503 and _LOADING.search(said.lower()) is not None


def named_pause(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that a server asks to wait: in milliseconds, in seconds, or until a date.

    Examples
    --------
    >>> named_pause({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, 57.0)
    3.0
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
            return float(value) * unit
    try:
        return max(parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - now, 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
