"""What became of the files of a collection whose place is empty now."""

from __future__ import annotations

import os
from collections.abc import Collection as Names
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from trovato.core import PathLike
from trovato.index import StoredFile


def source_path(file: StoredFile) -> Path | None:
    """Where a file lay when it was indexed; None for what came from no file."""
    source = file.attributes.get("source")
    return (
        None if source is None else Path(os.fsdecode(unquote_to_bytes(urlsplit(str(source)).path)))
    )


def vanished_files(
    stored: Iterable[StoredFile], paths: Iterable[PathLike], seen: Names[str], unseen: Iterable[str]
) -> dict[str, StoredFile]:
    """Files of a collection that lay at or below `paths`, and are not there any more; by name.

    Parameters
    ----------
    stored
        Files of the collection.
    paths
        What is indexed now.
    seen
        Names of the files found there.
    unseen
        Names of what could not be opened: what lies below is not known to be gone.
    """
    roots = [Path(path).resolve() for path in paths]
    hidden = tuple(f"{name}/" for name in unseen)
    gone = {}
    for file in stored:
        if file.name in seen or f"{file.name}/".startswith(hidden):
            continue
        path = source_path(file)
        below = path is not None and any(path.is_relative_to(root) for root in roots)
        if path is not None and below and not path.exists():
            gone[file.name] = file
    return gone
