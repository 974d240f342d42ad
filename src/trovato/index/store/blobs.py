"""Arrays of a page as small blobs."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from trovato.core import TextLayout
from trovato.core.shapes import Int32

_SIZE = struct.Struct("<dd")


def pack_spans(spans: Int32[np.ndarray, "tokens 2"]) -> bytes:
    """Character spans as bytes: compressed steps from edge to edge."""
    return _pack(np.diff(spans.astype("<i4").reshape(-1), prepend=np.int32(0)))


def unpack_spans(blob: bytes) -> Int32[np.ndarray, "tokens 2"]:
    """The spans that `pack_spans` was given."""
    return np.cumsum(_unpack(blob, "<i4"), dtype=np.int32).reshape(-1, 2)


def pack_token_spans(spans: Int32[np.ndarray, "tokens 2"] | None) -> bytes:
    """Spans of tokens as bytes; none at all where the encoder gave no spans."""
    return b"" if spans is None else pack_spans(spans)


def unpack_token_spans(blob: bytes) -> Int32[np.ndarray, "tokens 2"] | None:
    """The spans that `pack_token_spans` was given."""
    return unpack_spans(blob) if blob else None


def pack_owners(owners: Int32[np.ndarray, " tokens"]) -> bytes:
    """Which of a page's vectors stands for each of its tokens, as bytes."""
    return _pack(owners.astype("<i4"))


def unpack_owners(blob: bytes) -> Int32[np.ndarray, " tokens"]:
    """The owners that `pack_owners` was given."""
    return _unpack(blob, "<i4").astype(np.int32)


def pack_layout(layout: TextLayout) -> bytes:
    """A layout as bytes, without loss."""
    spans = pack_spans(layout.spans)
    boxes = _pack(layout.boxes.astype("<f4").T)
    size = _SIZE.pack(layout.width, layout.height)
    return size + len(spans).to_bytes(4, "little") + spans + boxes


def unpack_layout(blob: bytes) -> TextLayout:
    """The layout that `pack_layout` was given."""
    width, height = _SIZE.unpack_from(blob)
    start = _SIZE.size + 4
    end = start + int.from_bytes(blob[_SIZE.size : start], "little")
    boxes = _unpack(blob[end:], "<f4").reshape(4, -1).T
    return TextLayout(
        width, height, unpack_spans(blob[start:end]), np.ascontiguousarray(boxes, np.float32)
    )


def _pack(values: np.ndarray) -> bytes:
    """All first bytes, then all second ones, …: like bytes lie together and compress better."""
    flat = np.ascontiguousarray(values).reshape(-1)
    return zlib.compress(flat.view(np.uint8).reshape(-1, flat.itemsize).T.tobytes(), 1)


def _unpack(blob: bytes, dtype: str) -> np.ndarray:
    itemsize = np.dtype(dtype).itemsize
    planes = np.frombuffer(zlib.decompress(blob), np.uint8).reshape(itemsize, -1)
    return np.ascontiguousarray(planes.T).view(dtype).reshape(-1)
