"""Finished work in a file of lines, so that a run that was cut off goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, file_errors


class RunLog:
    """Records in a file of JSON lines, under a first line that tells what is being run.

    Each record is forced to the disk before the next is made. A line that was cut off by a crash is
    dropped.

    Parameters
    ----------
    path
        The file; made where it is absent. None keeps nothing.
    kind
        Of the run: names the first line.
    settings
        Plain values that must be the same for records to belong together.

    Attributes
    ----------
    records
        Those that were in the file.

    Raises
    ------
    InvalidInputError
        If the file is from a run with other settings, or is no journal of this kind.
    StorageError
        If the system refuses to read or write; so may `add`.
    """

    def __init__(self, path: PathLike | None, kind: str, settings: Mapping[str, Any]) -> None:
        self._path = None if path is None else Path(path)
        self._kind = kind
        self.records: list[dict[str, Any]] = []
        head = {kind: json.loads(json.dumps(settings))}
        lines = self._whole_lines()
        if not lines:
            self.add(head)
            return
        try:
            first, *self.records = [json.loads(line) for line in lines]
            before = dict(first[kind])
        except (ValueError, TypeError, KeyError) as error:
            raise self.foreign() from error
        if before != head[kind]:
            known = before.keys() | head[kind].keys()
            other = sorted(k for k in known if before.get(k) != head[kind].get(k))
            raise InvalidInputError(
                f"{path} is from a run with another {', '.join(other)}: name another file, or "
                "delete it to start again"
            )

    def foreign(self) -> InvalidInputError:
        """The error that the file holds something else."""
        return InvalidInputError(
            f"{self._path} is no journal of this kind of run ({self._kind}): name another file"
        )

    def add(self, record: Mapping[str, Any]) -> None:
        """Keep a record."""
        if self._path is None:
            return
        with file_errors("write", self._path), self._path.open("ab") as file:
            file.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _whole_lines(self) -> list[bytes]:
        if self._path is None or not self._path.exists():
            return []
        with file_errors("read", self._path):
            content = self._path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            if len(whole) < len(content):
                with self._path.open("r+b") as file:
                    file.truncate(len(whole))
        return whole.splitlines()
