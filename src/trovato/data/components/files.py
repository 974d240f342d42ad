"""Files as items: pages, PDF and office files are split into components, JSONL holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from trovato.core import InvalidInputError, Item, PathLike, UnreadableFileError, check_many
from trovato.core.shapes import CHECKED
from trovato.data.components.html import html_components
from trovato.data.documents.discovery import digest

if CHECKED:
    from trovato.data.documents.ocr import Ocr

_PAGES = (".html", ".htm", ".md", ".markdown")
_OFFICE = (".docx", ".pptx", ".odt", ".odp", ".xlsx", ".xls", ".ods", ".epub")
COMPONENT_SUFFIXES = (*_PAGES, *_OFFICE, ".pdf", ".jsonl")


def read_components(paths: Iterable[PathLike], ocr: Ocr | None = None) -> Iterator[Item]:
    """The documents of files and folders, with their components and parts, a file at a time.

    A document is called by its path below the folder that was given, with that folder's name in
    front. A `.jsonl` file holds documents of components, see
    `trovato.data.datasets.read_component_documents`.

    Parameters
    ----------
    paths
        Files and folders.
    ocr
        Reads pages of PDF that have no text; None leaves them without.

    Raises
    ------
    UnreadableFileError
        If a file cannot be opened, is damaged, or should be UTF-8 and is not.
    MissingExtraError
        If a package that reads office files is not installed.
    InvalidInputError
        If a path is no file of these kinds, or holds none.
    """
    check_many("paths", paths)
    for given in map(Path, paths):
        files = sorted(given.rglob("*")) if given.is_dir() else [given]
        files = [file for file in files if file.suffix.lower() in COMPONENT_SUFFIXES]
        if not files:
            raise InvalidInputError(
                f"{given} holds none of the files wanted: {', '.join(COMPONENT_SUFFIXES)}"
            )
        for file in files:
            for item in _items(file, file.relative_to(given.parent).as_posix(), ocr):
                yield _with_picture(item, file.parent, given.parent)


def _items(file: Path, name: str, ocr: Ocr | None) -> Iterator[Item]:
    if file.suffix.lower() == ".jsonl":
        from trovato.data.datasets.multi_hop import read_component_documents

        yield from read_component_documents(file)
        return
    if file.suffix.lower() not in _PAGES:
        try:
            yield from _components(file, name, ocr)
        except UnreadableFileError as error:
            raise UnreadableFileError(f"{file} {error}") from error
        return
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(f"{file} cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{file} is not UTF-8 text; save it as UTF-8") from error
    if file.suffix.lower() in (".md", ".markdown"):
        from markdown_it import MarkdownIt

        text = MarkdownIt("commonmark").enable("table").render(text)
    yield from html_components(text, name)


def _components(file: Path, name: str, ocr: Ocr | None) -> Iterable[Item]:
    if file.suffix.lower() in _OFFICE:
        from trovato.data.components.office import office_components

        return office_components(file, name)
    from trovato.data.components.pdf import pdf_components

    return pdf_components(file, name, ocr)


def _with_picture(item: Item, *folders: Path) -> Item:
    """A picture whose file lies below one of some folders, with the place and hash of the file."""
    if item.kind == "picture" and item.image:
        for folder in folders:
            path = (folder / item.image).resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                facts = {**item.attributes, "sha256": digest(path)}
                return replace(item, image=str(path), attributes=facts)
    return item
