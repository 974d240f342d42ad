"""The hash of a model's folder, without reading gigabytes of weights each time it is opened."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from pathlib import Path

from trovato.core import PathLike, StorageError
from trovato.core.system.cache_folder import cache_folder
from trovato.core.system.files import atomic_path

_HASHED = (".json", ".safetensors", ".txt", ".model", ".metadata", ".onnx")
_LARGE = 1 << 20  # bytes; what is smaller is read each time
_SETTLED = 5.0  # seconds: a file that was written just now may be written again in the same tick
# Of a file: size, mtime and ctime in nanoseconds, inode; and then its digest. Nobody can set ctime.
_State = list[int]
_Known = dict[str, tuple[_State, str]]


def folder_fingerprint(*folders: PathLike | None) -> str:
    """A hash of all files of some folders that a model is made of.

    The digests of large files are kept in the user's cache, and taken from there as long as size,
    both times and inode of a file are what they were.
    """
    known = _kept()
    before = dict(known)
    hashed = hashlib.sha256()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")) if folder is not None else ():
            if path.suffix in _HASHED:
                hashed.update(f"{path.relative_to(str(folder))}\0".encode())
                hashed.update(bytes.fromhex(_digest(path, known)))
    if known != before:
        with suppress(StorageError), atomic_path(_cache()) as part:
            part.write_text(json.dumps(known), "utf-8")
    return hashed.hexdigest()[:32]


def _digest(path: Path, known: _Known) -> str:
    found = path.stat()
    state = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
    name = str(path.resolve())
    if name in known and known[name][0] == state:
        return known[name][1]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    known.pop(name, None)
    settled = time.time() - max(found.st_mtime, found.st_ctime) > _SETTLED
    if found.st_size >= _LARGE and settled:
        known[name] = (state, digest)
    return digest


def _kept() -> _Known:
    """What earlier calls found out; nothing where that cannot be read."""
    try:
        found = json.loads(_cache().read_text("utf-8"))
        return {
            str(name): ([int(one) for one in state], str(digest))
            for name, (state, digest) in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _cache() -> Path:
    return cache_folder() / "model-digests.json"
