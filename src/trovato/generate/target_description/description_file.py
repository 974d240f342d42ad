"""Descriptions that models wrote, kept as lines of JSON that can be passed on."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from trovato.core import PathLike, file_errors

_FIELDS = ("image", "edit", "prompt_version", "model", "description")


class DescriptionFile:
    """A file with one description a line, as a JSON object.

    Its fields are `image` (SHA-256 of the picture's file), `edit`, `prompt_version`, `model` and
    `description`. Whoever has the file needs no model. A line that cannot be read is passed
    over, such as the last one after a crash; what it held is asked for again. Safe to use from
    several threads.

    Parameters
    ----------
    path
        The file; it may not be there yet.

    Raises
    ------
    StorageError
        If the file cannot be read or, later, written.
    """

    def __init__(self, path: PathLike) -> None:
        self._path = Path(path)
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str, int, str], str] = {}
        self._ends_within_line = False
        with file_errors("read", self._path):
            content = self._path.read_bytes() if self._path.exists() else b""
        for line in content.splitlines():
            try:
                record = json.loads(line)
                image, edit, version, model, description = (record[name] for name in _FIELDS)
                self._known[str(image), str(edit), int(version), str(model)] = str(description)
            except (ValueError, KeyError, TypeError):
                continue
        self._ends_within_line = bool(content) and not content.endswith(b"\n")

    def __len__(self) -> int:
        return len(self._known)

    def get(self, image: str, edit: str, version: int, model: str | None) -> str | None:
        """A description; with None for the model, the latest of any model and prompt."""
        with self._lock:
            if model is not None:
                return self._known.get((image, edit, version, model))
            found = [text for key, text in self._known.items() if key[:2] == (image, edit)]
            return found[-1] if found else None

    def put(self, image: str, edit: str, version: int, model: str, description: str) -> None:
        """Keep a description; it is in the file when this returns."""
        record = dict(zip(_FIELDS, (image, edit, version, model, description), strict=True))
        line = json.dumps(record, ensure_ascii=False) + "\n"
        with self._lock, file_errors("write", self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write((b"\n" if self._ends_within_line else b"") + line.encode())
            self._ends_within_line = False
            self._known[image, edit, version, model] = description
