"""Title, author and year as files in ZIP archives state them."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

from trovato.core import Attribute

_LONGEST = 1 << 20
_PLACES = ("docProps/core.xml", "meta.xml")
_ELEMENTS = frozenset(("title", "creator", "created", "date", "creation-date"))
_YEAR = re.compile(r"(?:19|20)\d\d")


def core_properties(path: Path) -> dict[str, Attribute]:
    """Title, author and year of an Office or OpenDocument file, where it states them.

    Source: ISO/IEC 29500-2, section 10, and OpenDocument 1.3, part 3, section 4.3.
    """
    with ZipFile(path) as archive:
        names = [name for name in _PLACES if name in archive.namelist()]
        if not names or archive.getinfo(names[0]).file_size > _LONGEST:
            return {}
        stated = archive.read(names[0])
    return dublin_core(stated)


def dublin_core(page: bytes) -> dict[str, Attribute]:
    """Title, author and year of the elements of the Dublin Core in an XML text."""
    from selectolax.lexbor import LexborHTMLParser

    found: dict[str, Attribute] = {}
    # Read as HTML: no entity is expanded, no other file opened.
    for node in LexborHTMLParser(page.decode("utf-8", "replace")).css("*"):
        _, _, name = (node.tag or "").rpartition(":")
        text = " ".join(node.text(deep=False).split()) if name in _ELEMENTS else ""
        if text and name in ("title", "creator"):
            found.setdefault("author" if name == "creator" else name, text)
        elif (year := _YEAR.match(text)) is not None:
            found.setdefault("year", int(year[0]))
    return found
