"""Text files as they are published: plain, or compressed, in any encoding."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trovato.core import UnreadableFileError

DOUBLE_COLON = "::"  # between the columns of MovieLens' .dat files


def _open_zip(
    path: Path, mode: str, encoding: str | None = None, newline: str | None = None
) -> Any:
    """The only file of an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
            if len(names) != 1:
                raise UnreadableFileError(
                    f"{path} holds {len(names)} files ({', '.join(names[:5])}): unpack it, and "
                    "name the one that is wanted"
                )
            content = archive.open(names[0])
    except zipfile.BadZipFile as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    return content if mode == "rb" else io.TextIOWrapper(content, encoding, newline=newline)


_OPENERS: dict[str, Callable[..., Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".zip": _open_zip,
}
COMPRESSED = tuple(_OPENERS)


def open_bytes(path: Path) -> Any:
    """The content of a file, decompressed where its name says that it is compressed."""
    return _OPENERS.get(path.suffix, open)(path, "rb")


def open_text(path: Path, newline: str | None = None, encoding: str = "") -> Any:
    """The same as text, in UTF-8 if nothing else is said; a mark of byte order is heeded."""
    opener = _OPENERS.get(path.suffix, open)
    return opener(path, "rt", encoding=encoding_of(path, encoding), newline=newline)


def encoding_of(path: Path, named: str = "") -> str:
    """The encoding that was named, UTF-16 where the file begins with its mark, or UTF-8."""
    if named:
        return named
    with open_bytes(path) as file:
        start = file.read(2)
    return "utf-16" if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def first_line(path: Path, encoding: str = "") -> str:
    """The heads of a table.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read.
    """
    try:
        with open_text(path, encoding=encoding) as file:
            line: str = file.readline()
            return line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"cannot read {path}: {error}; say its encoding, such as --encoding latin-1"
        ) from error
    except (OSError, EOFError, LookupError, lzma.LZMAError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error


class Rewritten(io.RawIOBase):
    """A text as bytes in UTF-8, with a tab for each double colon."""

    def __init__(self, text: Any) -> None:
        self._text, self._left = text, b""

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, as far as there is text."""
        if not self._left:
            lines = self._text.readlines(1 << 16)
            self._left = "".join(lines).replace(DOUBLE_COLON, "\t").encode()
        some = self._left[: len(buffer)]
        buffer[: len(some)], self._left = some, self._left[len(some) :]
        return len(some)

    def close(self) -> None:
        """Close the text too."""
        self._text.close()
        super().close()


def find_files(source: Path, pattern: str) -> tuple[Path, ...]:
    """The source itself, or files in it by name, where the name meets the pattern."""
    patterns = (pattern, *(pattern + suffix for suffix in COMPRESSED))
    if source.is_file():
        return (source,) if any(source.match(one) for one in patterns) else ()
    found = {path for one in patterns for path in source.rglob(one)}
    return tuple(sorted(found, key=lambda path: (path.name, path)))
