"""TAR archives, packed or not, and single files that are packed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from tarfile import TarError, TarFile, TarInfo
from tarfile import open as open_archive

from trovato.core import UnreadableFileError
from trovato.data.documents.document import Document
from trovato.data.documents.formats.parts import DocumentOfParts, Part, check_unpacked, is_hidden

_BLOCK = 1 << 20
_ERRORS = (TarError, OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)
_PACKED = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ", lzma.open))


def open_tar(path: Path, opened: Callable[[Path], Document]) -> DocumentOfParts:
    """The files in an archive, in the order they lie in it: reading goes through it twice.

    Raises
    ------
    UnreadableFileError
        If it is damaged, or no file in it can be read.
    """
    try:
        archive = open_archive(path)  # noqa: SIM115 (its parts read from it)
    except TarError:
        return DocumentOfParts("archive", None, [_single(path)], opened)
    except _ERRORS as error:
        raise UnreadableFileError(f"is a damaged archive: {error}") from error
    try:
        entries = [entry for entry in archive if entry.isfile() and not is_hidden(entry.name)]
    except _ERRORS as error:
        archive.close()
        raise UnreadableFileError(f"is a damaged archive: {error}") from error
    parts = [_part(archive, entry) for entry in entries]
    return DocumentOfParts("archive", None, parts, opened, archive.close)


def _part(archive: TarFile, entry: TarInfo) -> Part:
    def write(place: Path) -> None:
        packed = archive.extractfile(entry)
        if packed is None:
            raise UnreadableFileError("is no file")
        _unpack(packed.read, place)

    return Part(entry.name, write)


def _single(path: Path) -> Part:
    """A file that was packed by itself, by its name without the last suffix."""

    def write(place: Path) -> None:
        with path.open("rb") as file:
            head = file.read(6)
        unpack = next((one for mark, one in _PACKED if head.startswith(mark)), None)
        if unpack is None:
            raise UnreadableFileError("is a damaged archive")
        with unpack(path) as packed:
            _unpack(packed.read, place)

    return Part(path.stem, write)


def _unpack(read: Callable[[int], bytes], place: Path) -> None:
    written = 0
    try:
        with place.open("wb") as file:
            while block := read(_BLOCK):
                written += file.write(block)
                check_unpacked(written)
    except _ERRORS as error:
        raise UnreadableFileError(f"is damaged: {error}") from error
