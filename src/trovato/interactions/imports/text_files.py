"""Text files as they are published: plain, or compressed by gzip, bzip2 or xz."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trovato.core import UnreadableFileError

_OPENERS: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
COMPRESSED = tuple(_OPENERS)


def open_bytes(path: Path) -> Any:
    """The content of a file, decompressed where its name says that it is compressed."""
    return _OPENERS.get(path.suffix, open)(path, "rb")


def open_text(path: Path, newline: str | None = None) -> Any:
    """The same as text in UTF-8; a mark of byte order is passed over."""
    opener = _OPENERS.get(path.suffix, open)
    return opener(path, "rt", encoding="utf-8-sig", newline=newline)


def first_line(path: Path) -> str:
    """The heads of a table.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read.
    """
    try:
        with open_text(path) as file:
            line: str = file.readline()
            return line.rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error


def find_files(source: Path, pattern: str) -> tuple[Path, ...]:
    """The source itself, or files in it by name, where the name meets the pattern."""
    patterns = (pattern, *(pattern + suffix for suffix in COMPRESSED))
    if source.is_file():
        return (source,) if any(source.match(one) for one in patterns) else ()
    found = {path for one in patterns for path in source.rglob(one)}
    return tuple(sorted(found, key=lambda path: (path.name, path)))
