"""A folder that is whole or not there, with a list of what is in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, file_errors

MANIFEST = "manifest.json"


@contextmanager
def new_folder(path: PathLike) -> Iterator[Path]:
    """A folder to write into, which takes the name `path` once the block has ended without error.

    Raises
    ------
    InvalidInputError
        If there is something of that name: nothing is written over.
    """
    path = Path(path)
    if path.exists():
        raise InvalidInputError(f"{path} exists, and nothing is written over: give another name")
    with file_errors("write", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            yield part
            part.chmod(0o755)
            part.rename(path)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def write_manifest(folder: Path, about: Mapping[str, Any]) -> None:
    """What the folder holds and how it was made, with the SHA-256 of every file."""
    files = {}
    for place, _, names in os.walk(folder):
        for name in names:
            file = Path(place) / name
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
            files[file.relative_to(folder).as_posix()] = digest
    whole = {**about, "files": dict(sorted(files.items()))}
    (folder / MANIFEST).write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")
