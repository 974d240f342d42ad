"""Where in its document something stands, as its text begins."""

from __future__ import annotations

from collections.abc import Iterable

from trovato.core import check_many


def path_line(path: Iterable[str]) -> str:
    """Title and headings above a component in one line, as its text begins; "" where there is none.

    What stands below a heading is often understood only with it. Equal neighbours are told once.

    Examples
    --------
    >>> path_line(["Norway", "Norway", "Football"])
    'Norway / Football'
    """
    check_many("the path", path)
    kept: list[str] = []
    for heading in (" ".join(part.split()) for part in path):
        if heading and kept[-1:] != [heading]:
            kept.append(heading)
    return " / ".join(kept)
