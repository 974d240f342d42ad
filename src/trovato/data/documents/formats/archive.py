"""ZIP archives: each file that can be read is a part."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from shutil import copyfileobj
from zipfile import BadZipFile, ZipFile, ZipInfo

from trovato.core import UnreadableFileError
from trovato.data.documents.document import Document
from trovato.data.documents.formats.parts import DocumentOfParts, Part, check_unpacked, is_hidden

_SAYS_UTF8 = 0x800


def open_zip(path: Path, opened: Callable[[Path], Document]) -> DocumentOfParts:
    """The files in an archive, in order of their names.

    Raises
    ------
    UnreadableFileError
        If it is damaged, or no file in it can be read.
    """
    try:
        with ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (BadZipFile, OSError) as error:
        raise UnreadableFileError(f"is a damaged archive: {error}") from error
    seen = (entry for entry in entries if not is_hidden(entry.filename))
    parts = [_part(path, entry) for entry in sorted(seen, key=lambda entry: entry.filename)]
    return DocumentOfParts("zip", None, parts, opened)


def _part(path: Path, entry: ZipInfo) -> Part:
    def write(place: Path) -> None:
        check_unpacked(entry.file_size)
        try:
            with ZipFile(path) as archive, archive.open(entry) as packed, place.open("wb") as file:
                copyfileobj(packed, file)
        except (BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
            raise UnreadableFileError(f"is damaged or encrypted: {error}") from error

    return Part(_name(entry), write)


def _name(entry: ZipInfo) -> str:
    """The name of a file; in UTF-8 also where the archive does not say so."""
    if entry.flag_bits & _SAYS_UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename
