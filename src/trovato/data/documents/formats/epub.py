"""EPUB: an archive of HTML pages, in the order that its package states."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from trovato.core import UnreadableFileError
from trovato.data.documents.formats.properties import dublin_core
from trovato.data.documents.html import read_html
from trovato.data.documents.plain.encoding import decode
from trovato.data.documents.text import TextDocument, joined, sections

_HEAD = re.compile(r"<head\b.*?</head>", re.IGNORECASE | re.DOTALL)
_INNER_LINK = re.compile(r"""\bhref\s*=\s*(["'])(?!https?:).*?\1""", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)
# Bytes of all pages; a file that unpacks to more is taken for a bomb.
_MOST = 256 * 2**20


def open_epub(path: Path) -> TextDocument:
    """The chapters of a book, at their headings. Source: EPUB 3.3, sections 4.2 and 5.7.

    Raises
    ------
    UnreadableFileError
        If it is damaged, or unpacks to more than 256 MiB.
    """
    chapters, stated = _chapters(path)
    texts = [read_html(chapter)[1] for chapter in chapters]
    pages = [page for text in texts for page in sections(joined(text)) if page]
    return TextDocument("epub", pages or [""], dublin_core(stated))


def epub_html(path: Path) -> str:
    """All chapters of a book as one page of HTML, without links from one to another.

    Raises
    ------
    UnreadableFileError
        As `open_epub`.
    """
    chapters, stated = _chapters(path)
    title = f"<title>{escape(str(dublin_core(stated).get('title', '')))}</title>"
    bodies = (_HEAD.sub("", chapter) for chapter in chapters)
    return title + "".join(_INNER_LINK.sub("", body) for body in bodies)


def _chapters(path: Path) -> tuple[list[str], bytes]:
    """Sources of the chapters in reading order, and the book's package document."""
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
            package = next((name for name in names if name.endswith(".opf")), None)
            stated = archive.read(package) if package else b""
            order = _spine(package, stated) if package else []
            chapters = [name for name in order if name in names]
            chapters = chapters or [name for name in names if _PAGE.search(name)]
            if sum(archive.getinfo(name).file_size for name in chapters) > _MOST:
                raise UnreadableFileError(f"unpacks to more than {_MOST >> 20} MiB")
            return [decode(archive.read(name))[0] for name in chapters], stated
    except (BadZipFile, KeyError, RuntimeError, OSError) as error:
        raise UnreadableFileError(f"is a damaged or an encrypted book: {error}") from error


def _spine(package: str, stated: bytes) -> list[str]:
    """Names of the pages in reading order."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(stated.decode("utf-8", "replace"))
    places: dict[str, str] = {}
    order: list[str] = []
    for node in tree.css("*"):
        _, _, tag = (node.tag or "").rpartition(":")
        if tag == "item" and (link := node.attributes.get("href")):
            place = normpath(join(dirname(package), unquote(link)))
            places[str(node.attributes.get("id"))] = place
        elif tag == "itemref":
            order.append(str(node.attributes.get("idref")))
    return [places[one] for one in order if one in places]
