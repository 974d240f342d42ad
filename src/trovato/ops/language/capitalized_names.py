"""Names in a text, told by their capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Words with capitals, and the small ones that names have inside.
_CAPITAL = r"[^\W\d_a-z][\w'’-]*"
_NAME = re.compile(rf"{_CAPITAL}(?:\s(?:(?:of|the|de|la|von|van|and|for)\s){{0,2}}{_CAPITAL})*")
# A capital there says nothing.
_START = re.compile(r"(?:\A|[.!?\n])\s*\Z")


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand: words with capitals one after another, or one inside a sentence.

    Examples
    --------
    >>> text = "He led the Apt Club in Oslo."
    >>> [text[start:end] for start, end in names_in(text)]
    ['Apt Club', 'Oslo']
    """
    for found in _NAME.finditer(text):
        alone = " " not in found.group()
        if not alone or not _START.search(text, max(0, found.start() - 3), found.start()):
            yield found.span()
