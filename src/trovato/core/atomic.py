"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trovato.core.errors import StorageError


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the name `path` once the block is left without an error.

    Until then, and after a kill at any moment, `path` is what it was before.

    Raises
    ------
    StorageError
        If the system refuses to write, for instance because the disk is full.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}; nothing of it was kept"
        ) from error
    finally:
        with suppress(OSError):  # where there is no folder, there is nothing to take away
            part.unlink()
