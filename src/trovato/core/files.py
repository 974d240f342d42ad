"""Files that are whole or not there, and the system's errors on them turned into ours."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trovato.core.errors import StorageError

_ROOM = "make room on that disk and try again"
_RIGHTS = "check who may write there"
_ADVICE = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: _ROOM,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: _RIGHTS,
    errno.EMFILE: "let the process open more files (`ulimit -n`)",
}


@contextmanager
def file_errors(wanted: str, path: Path) -> Iterator[None]:
    """Turn an error of the system on `path` into a `StorageError`.

    Parameters
    ----------
    wanted
        What is done to it, such as "write".
    path
        The file or directory.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "check the disk")
        reason = error.strerror or str(error)
        raise StorageError(
            f"cannot {wanted} {path} ({reason}): {advice}; what was stored before is kept"
        ) from error


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
        with file_errors("write", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield part
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
    finally:
        with suppress(OSError):  # where there is no folder, there is nothing to take away
            part.unlink()
