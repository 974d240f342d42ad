"""Records of a training in files with one JSON object per line, which a resumed run continues."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, Trajectory, UnreadableFileError, file_errors


class JsonLines:
    """A file that grows by lines, and can be cut back to where it was.

    Parameters
    ----------
    path
        Of the file.
    size
        Bytes to keep of what is there.

    Raises
    ------
    UnreadableFileError
        If the file is shorter than that.
    StorageError
        If the system refuses to write.
    """

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        with file_errors("write", path):
            path.touch()
            if path.stat().st_size < size:
                raise UnreadableFileError(
                    f"{path} is shorter than its checkpoint says ({size} bytes): remove the folder "
                    "to begin anew"
                )
            os.truncate(path, size)

    def append(self, records: Iterable[dict[str, Any]]) -> None:
        """Add lines."""
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)
        with file_errors("write", self._path), self._path.open("ab") as file:
            file.write(lines.encode())

    def sync(self) -> int:
        """Put what was added on the disk; bytes in all."""
        with file_errors("write", self._path), self._path.open("ab") as file:
            os.fsync(file.fileno())
            return file.tell()


def read_trajectories(path: PathLike) -> Iterator[Trajectory]:
    """The trajectories of a training, one by one.

    Parameters
    ----------
    path
        `trajectories.jsonl` in its folder.

    Raises
    ------
    UnreadableFileError
        If a line is damaged or the file cannot be read.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Trajectory.of_json(json.loads(line))
                except (json.JSONDecodeError, InvalidInputError) as error:
                    raise UnreadableFileError(
                        f"line {number} of {path} is no trajectory: {error}"
                    ) from error
    except OSError as error:
        raise UnreadableFileError(f"cannot read {path}: {error.strerror or error}") from error
