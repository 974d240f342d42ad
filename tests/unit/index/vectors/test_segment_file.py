"""Files of vectors, and blobs of layouts."""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import CorruptCollectionError, TextLayout, generator
from trovato.index.store.blobs import pack_layout, pack_spans, unpack_layout, unpack_spans
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.segment_file import SegmentRecord, map_segment, write_arrays
from trovato.ops import Int8Vectors, int8_quantize, maxsim
from trovato.testing.conformance.storage.store import unit_vectors


def _written(path: Path, counts: list[int], dim: int) -> tuple[SegmentRecord, list[Int8Vectors]]:
    random = generator(0, "segments")
    parts = [int8_quantize(unit_vectors(random, count, dim)) for count in counts]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    codes, scales = (part.codes for part in parts), (part.scales for part in parts)
    length, checksum = write_arrays(path, dim, VectorFormat(), offsets, codes, scales)
    return SegmentRecord(1, 1, len(parts), 0, sum(counts), length, checksum), parts


@pytest.mark.parametrize("counts", [[3], [0], [5, 0, 2, 1], [0, 0]])
@pytest.mark.parametrize("dim", [1, 7, 128])
def test_a_segment_comes_back_as_it_was(tmp_path: Path, counts: list[int], dim: int) -> None:
    record, parts = _written(tmp_path / "1.seg", counts, dim)
    segment = map_segment(tmp_path / "1.seg", record, dim)
    assert isinstance(segment.vectors, Int8Vectors)
    assert (tmp_path / "1.seg").stat().st_size == record.bytes
    assert np.diff(segment.offsets).tolist() == counts
    for start, end, part in zip(segment.offsets, segment.offsets[1:], parts, strict=False):
        assert np.array_equal(segment.vectors.codes[start:end], part.codes)
        assert np.array_equal(segment.vectors.scales[start:end], part.scales)
    assert segment.vectors.codes.ctypes.data % 64 == 0
    assert segment.vectors.scales.ctypes.data % 64 == 0
    assert not segment.vectors.codes.flags.writeable


def share_in_memory(path: Path) -> float:
    """Share of a file's pages that the system holds."""
    whole = np.memmap(path, np.uint8, "r")
    held = np.zeros(-(-len(whole) // mmap.PAGESIZE), np.uint8)
    start, kept = (ctypes.c_void_p(array.ctypes.data) for array in (whole, held))
    assert not ctypes.CDLL(None).mincore(start, ctypes.c_size_t(len(whole)), kept)
    return float(np.mean(held & 1))


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux which pages it holds")
def test_of_rows_here_and_there_no_others_are_read_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "1.seg"
    record, parts = _written(path, [20] * 2000, 128)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if share_in_memory(path) > 0.01:
        pytest.skip("this file system does not forget")
    segment = map_segment(path, record, 128)
    segment.expect(scattered=True)
    query, items = parts[7].dequantise(), np.arange(7, 2000, 100)
    scores = maxsim(query, segment.vectors, segment.offsets, items)
    assert scores[0] > 19
    assert share_in_memory(path) < 0.1
    segment.expect(scattered=False)
    assert maxsim(query, segment.vectors, segment.offsets)[items].tolist() == scores.tolist()
    assert share_in_memory(path) == 1


def test_a_changed_segment_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "1.seg"
    record, _ = _written(path, [3, 4], 8)
    whole = path.read_bytes()
    damaged = {
        "bytes where": whole[:-1],
        "another header": bytes([whole[0] ^ 1]) + whole[1:],
        "missing or empty": b"",
    }
    for problem, content in damaged.items():
        path.write_bytes(content)
        with pytest.raises(CorruptCollectionError, match=problem) as caught:
            map_segment(path, record, 8)
        assert str(path) in str(caught.value)
    path.write_bytes(whole)
    for other in (replace(record, checksum=record.checksum ^ 1), replace(record, rows=8)):
        with pytest.raises(CorruptCollectionError, match="another header"):
            map_segment(path, other, 8)
    path.unlink()
    with pytest.raises(CorruptCollectionError, match="missing or empty"):
        map_segment(path, record, 8)


def test_nothing_is_left_of_a_segment_that_cannot_be_written(tmp_path: Path) -> None:
    class FullError(Exception):
        pass

    def codes() -> Iterator[np.ndarray]:
        yield np.zeros((2, 4), np.int8)
        raise FullError

    with pytest.raises(FullError):
        write_arrays(tmp_path / "1.seg", 4, VectorFormat(), np.array([0, 2, 4]), codes(), [])
    assert list(tmp_path.iterdir()) == []


@given(st.lists(st.integers(0, 2**31 - 1)), st.floats(0, 1e6), st.integers(0, 2**32))
def test_layouts_come_back_bit_by_bit(edges: list[int], size: float, seed: int) -> None:
    spans = np.array(sorted(edges)[: len(edges) // 2 * 2], np.int32).reshape(-1, 2)
    boxes = generator(seed, "boxes").random((len(spans), 4), np.float32) * np.float32(size)
    layout = unpack_layout(pack_layout(TextLayout(size, size / 2, spans, boxes)))
    assert (layout.width, layout.height) == (size, size / 2)
    assert np.array_equal(layout.spans, spans)
    assert np.array_equal(layout.boxes, boxes)


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))))
def test_token_spans_come_back_in_any_order(pairs: list[tuple[int, int]]) -> None:
    spans = np.array(pairs, np.int32).reshape(-1, 2)
    assert np.array_equal(unpack_spans(pack_spans(spans)), spans)
