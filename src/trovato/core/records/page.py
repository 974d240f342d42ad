"""One page as read from a file, before it becomes an item of a collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trovato.core.records.items import Attribute
from trovato.core.records.text_layout import TextLayout


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page's text, the place of its words, and what else is known of it.

    Parameters
    ----------
    number
        Page number in its file, from 1.
    text
        All of its words in reading order. `layout.spans` point into it.
    layout
        Size of the page and the box of each word.
    attributes
        Facts to filter on, such as `{"title": …, "year": 2015, "ocr": 1}`.
    """

    number: int
    text: str
    layout: TextLayout
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
