"""Links where nobody wrote any: a text that names the title of another item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from trovato.core import Item, Link

_WORD = re.compile(r"\w+")


def link_titles(items: Iterable[Item], titles: Mapping[str, str]) -> Iterator[Item]:
    """Items with a link for each title that their texts name, after the links that they had.

    A title is named where its words stand one after another, written alike. Of titles that begin
    at one word the longest counts. An item does not link to itself.

    Parameters
    ----------
    items
        One at a time.
    titles
        Ids of what is linked to, by title; one without words, or of a single short word in small
        letters, is passed over.

    Examples
    --------
    >>> item = Item("a", "note", "He was born in New York City.")
    >>> [linked] = link_titles([item], {"New York": "state", "New York City": "city"})
    >>> linked.links
    (Link(target='city', text='New York City', span=(15, 28)),)
    """
    known: dict[str, list[tuple[list[str], str]]] = {}
    for title, target in titles.items():
        words = _WORD.findall(title)
        if words and title != title.lower():
            known.setdefault(words[0], []).append((words, target))
    for choices in known.values():
        choices.sort(key=lambda choice: (-len(choice[0]), choice[1]))
    for item in items:
        found = list(_mentions(item, known))
        yield replace(item, links=(*item.links, *found)) if found else item


def _mentions(item: Item, known: Mapping[str, list[tuple[list[str], str]]]) -> Iterator[Link]:
    words = list(_WORD.finditer(item.text))
    texts = [word.group() for word in words]
    own = {item.id, *(link.target for link in item.links)}
    for place, word in enumerate(texts):
        for title, target in known.get(word, ()):
            if texts[place : place + len(title)] == title:
                if target not in own:
                    own.add(target)
                    span = words[place].start(), words[place + len(title) - 1].end()
                    yield Link(target, item.text[slice(*span)], span)
                break
