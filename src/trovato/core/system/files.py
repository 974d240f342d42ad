"""Files that are whole or not there, and the system's errors on them turned into ours."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from trovato.core.errors import StorageError

try:
    import fcntl
except (
    ImportError
):  # Windows, where an open file can be neither replaced nor told from a dead one's
    fcntl = None  # type: ignore[assignment]

# What names a file or a folder wherever one is asked for.
PathLike = str | os.PathLike[str]

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
def file_errors(wanted: str, path: PathLike) -> Iterator[None]:
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
def atomic_path(path: PathLike) -> Iterator[Path]:
    """A path to write to, which takes the name `path` once the block is left without an error.

    Until then, and after a kill or a power cut at any moment, `path` is what it was before; after
    that, the new file is on the disk. Several may write to one path at once: whoever is done last
    wins, and a reader always finds a whole file. What writers that were killed left beside `path`
    is taken away by the next one.

    Yields
    ------
    An empty file in the same folder.

    Raises
    ------
    StorageError
        If the system refuses to write, for instance because the disk is full.
    """
    path = Path(path)
    with file_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path)
        with _part_of(path) as part:
            yield part
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(path)
        _force_folder(path.parent)


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A new file beside `path`, locked while its writer lives; it goes if that fails."""
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        with part.open("xb") as held:
            if fcntl is None:
                held.close()
            else:
                fcntl.flock(held, fcntl.LOCK_EX)
            if not part.exists():
                continue  # another writer took it for an abandoned one before it was locked
            try:
                yield part
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                raise
            return


def _remove_abandoned(path: Path) -> None:
    """Take away what killed writers of `path` have left: nobody holds its lock."""
    if fcntl is None:
        return
    for part in path.parent.glob(f".{escape(path.name)}.{'?' * 8}.part"):
        with suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def _force_folder(folder: Path) -> None:
    """Make the name of a new file as durable as its content, where folders can be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
