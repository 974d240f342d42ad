"""A folder that one piece of work fills, however often that is begun."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, StorageError, atomic_path
from trovato.interactions.splits.split import Split
from trovato.interactions.splits.subset import Subset
from trovato.interactions.storage.checksums import write_checksums
from trovato.interactions.storage.log import InteractionLog

# Where work in progress is kept.
WORK = ".writing"


@contextmanager
def resumable_output(folder: Path, recipe: dict[str, Any]) -> Iterator[None]:
    """Fill a folder that is empty or was begun with the same recipe, and write its checksums.

    Raises
    ------
    InvalidInputError
        If the folder holds something else.
    StorageError
        If the disk is full.
    """
    work, text = folder / WORK, json.dumps(recipe, indent=2, sort_keys=True)
    claim = work / "recipe.json"
    if claim.exists():
        begun = claim.read_text(encoding="utf-8")
        if begun != text:
            raise InvalidInputError(
                f"{folder} was begun with {json.loads(begun)}, wanted {recipe}: finish that, or "
                "write to another folder"
            )
    elif folder.exists() and (not folder.is_dir() or set(folder.iterdir()) - {work}):
        raise InvalidInputError(f"{folder} is not empty: write to a new folder")
    with atomic_path(claim) as path:
        path.write_text(text, encoding="utf-8")
    yield
    write_checksums(folder)
    try:
        claim.replace(folder / "recipe.json")
        shutil.rmtree(work)
    except OSError as error:
        raise StorageError(f"cannot finish {folder}: {error}") from error


def subset_recipe(log: InteractionLog, subset: Subset) -> dict[str, Any]:
    """What a subset is made of, whichever engine makes it."""
    return {"subset": subset.name, "seed": subset.seed, **_source(log)}


def split_recipe(log: InteractionLog, split: Split) -> dict[str, Any]:
    """What the parts of a log are made of, whichever engine makes them."""
    how: dict[str, Any] = {"split": type(split).__name__, **asdict(split)}  # type: ignore[call-overload]
    return {**how, **_source(log)}


def _source(log: InteractionLog) -> dict[str, Any]:
    """A fingerprint of a log: the rows and bytes of each week, and which of them are seen."""
    found = hashlib.sha256()
    for week in log.files:
        found.update(f"{week.number} {week.rows()} {week.path.stat().st_size}\n".encode())
    for known in (log.only_users, log.only_items):
        found.update(b"all" if known is None else np.ascontiguousarray(known.ids).tobytes())
    return {"source_rows": log.stored_rows, "source": found.hexdigest()[:16]}
