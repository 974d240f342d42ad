"""New files that are on the disk, whole, once they are closed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from trovato.core import file_errors


@contextmanager
def durable_file(path: Path) -> Iterator[BinaryIO]:
    """A new file to write to; forced to the disk with its name when the block is left.

    When it cannot be written whole, nothing is left of it.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    with file_errors("write", path):
        try:
            with path.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):  # then it is a file that nothing names, for the next writer
                path.unlink(missing_ok=True)
            raise
        _force_directory(path.parent)


def _force_directory(folder: Path) -> None:
    """Make the name of a new file as durable as its content, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
