"""Words of a passage as filters compare them."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Runs of letters and digits, lower-cased, in order."""
    return [match.group().casefold() for match in _WORD.finditer(text)]
