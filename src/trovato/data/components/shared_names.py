"""Links between texts that name the same rare thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from trovato.core import Item, Link, check_many
from trovato.ops import names_in


def link_shared_names(items: Sequence[Item], most: int = 10) -> Iterator[Item]:
    """Items with links to each other where they share a name, after the links that they had.

    Parameters
    ----------
    items
        Whose texts are read.
    most
        A name that more items have leads nowhere: it tells too little, and links stay few.

    Examples
    --------
    >>> texts = ["He led the Apt Club.", "The Apt Club lost.", "Nobody came."]
    >>> items = [Item(str(n), "note", text) for n, text in enumerate(texts)]
    >>> [[link.target for link in item.links] for item in link_shared_names(items)]
    [['1'], ['0'], []]
    """
    check_many("items", items)
    having: dict[str, dict[str, None]] = {}
    for item in items:
        for start, end in names_in(item.text):
            having.setdefault(_folded(item.text[start:end]), {})[item.id] = None
    for item in items:
        known = {item.id, *(link.target for link in item.links)}
        found: list[Link] = []
        for start, end in names_in(item.text):
            name = item.text[start:end]
            others = having[_folded(name)]
            if len(others) <= most:
                new = [target for target in others if target not in known]
                known.update(new)
                found += [Link(target, name, (start, end)) for target in new]
        yield replace(item, links=(*item.links, *found)) if found else item


def _folded(name: str) -> str:
    return re.sub(r"\s+", " ", name.removeprefix("The ")).casefold()
