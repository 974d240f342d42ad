"""Where an indexed collection of pictures lies on disk: a folder that is replaced as a whole.

The manifest names the files of one generation and is written last, so a reader sees the old
collection or the new one, whenever the writer is killed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    CollectionNotFoundError,
    CorruptCollectionError,
    IncompatibleCollectionError,
    Item,
    atomic_path,
    file_errors,
)
from trovato.core.shapes import Float32, Shaped

_FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class StoredPictures:
    """What is on disk.

    Parameters
    ----------
    items
        The pictures, by rising id.
    vectors
        One for each, mapped from the file.
    space
        What the space learnt.
    manifest
        The space's fingerprint, and what was told when the pictures were indexed.
    """

    items: list[Item]
    vectors: Float32[np.ndarray, "pictures dim"]
    space: Mapping[str, Shaped[np.ndarray, "..."]]
    manifest: Mapping[str, Any]


def read_pictures(folder: Path) -> StoredPictures:
    """Open a collection of pictures.

    Raises
    ------
    CollectionNotFoundError
        If there is none.
    IncompatibleCollectionError
        If a newer program wrote it.
    CorruptCollectionError
        If its files are damaged or contradict each other.
    """
    path = folder / "manifest.json"
    if not path.is_file():
        raise CollectionNotFoundError(
            f"there is no collection of pictures at {folder}: make one with `trovato pictures`"
        )
    try:
        manifest = json.loads(path.read_text("utf-8"))
        if manifest["format"] > _FORMAT:
            raise IncompatibleCollectionError(
                f"{folder} has format {manifest['format']}, this program reads {_FORMAT}: update it"
            )
        lines = (folder / manifest["items"]).read_text("utf-8").splitlines()
        items = [
            Item(record["id"], "picture", record["caption"], image=record["image"])
            for record in map(json.loads, lines)
        ]
        vectors = np.load(folder / manifest["vectors"], mmap_mode="r", allow_pickle=False)
        with np.load(folder / manifest["space"], allow_pickle=False) as stored:
            space = dict(stored)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise CorruptCollectionError(
            f"{folder} is damaged ({error}): index its pictures again"
        ) from error
    if len(vectors) != len(items):
        raise CorruptCollectionError(
            f"{folder} has {len(items)} pictures and {len(vectors)} vectors: index them again"
        )
    return StoredPictures(items, vectors, space, manifest)


def write_pictures(
    folder: Path,
    items: Sequence[Item],
    blocks: Iterator[Float32[np.ndarray, "some dim"]],
    space: Mapping[str, Shaped[np.ndarray, "..."]],
    told: Mapping[str, Any],
) -> None:
    """Replace the collection at `folder`, or make it.

    Parameters
    ----------
    folder
        Where.
    items
        The pictures, by rising id.
    blocks
        Their vectors, block after block.
    space, told
        See `StoredPictures`.

    Raises
    ------
    StorageError
        If the disk refuses; what was there before is kept.
    """
    with file_errors("write", folder):
        folder.mkdir(parents=True, exist_ok=True)
        old = {path for path in folder.iterdir() if path.name != "manifest.json"}
        taken = {path.stem.rpartition("-")[2] for path in old}
        generation = next(str(n) for n in range(len(taken) + 1) if str(n) not in taken)
        names = {
            "items": f"items-{generation}.jsonl",
            "vectors": f"vectors-{generation}.npy",
            "space": f"space-{generation}.npz",
        }
        with (folder / names["items"]).open("w", encoding="utf-8") as file:
            for item in items:
                record = {"id": item.id, "caption": item.text, "image": item.image}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        _write_rows(folder / names["vectors"], len(items), blocks)
        np.savez(folder / names["space"], **dict(space))  # type: ignore[arg-type]
        with atomic_path(folder / "manifest.json") as part:
            part.write_text(json.dumps({"format": _FORMAT, **names, **told}, indent=2), "utf-8")
        for path in old:
            if path.name.startswith(("items-", "vectors-", "space-")):
                path.unlink(missing_ok=True)


def _write_rows(path: Path, rows: int, blocks: Iterator[Float32[np.ndarray, "some dim"]]) -> None:
    mapped: np.memmap[Any, Any] | None = None
    first = 0
    for block in blocks:
        if mapped is None:
            mapped = np.lib.format.open_memmap(path, "w+", np.float32, (rows, block.shape[1]))
        mapped[first : first + len(block)] = block
        first += len(block)
    if mapped is not None:
        mapped.flush()
