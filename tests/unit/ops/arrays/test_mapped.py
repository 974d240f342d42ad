"""Pages of a file that were read are let go, and read again as they were."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from trovato.ops import release_mapped

STATUS = Path("/proc/self/smaps_rollup")


def resident() -> int:
    """Kilobytes of this process, pages of files among them."""
    lines = STATUS.read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Rss:")).split()[1])


@pytest.mark.skipif(not STATUS.exists(), reason="needs /proc, as Linux has it")
def test_pages_that_were_read_are_let_go_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.random.default_rng(0).random((4096, 1024), np.float32))  # 16 MB
    array = np.load(path, mmap_mode="r")
    total = float(array.sum(dtype=np.float64))
    before = resident()
    release_mapped(array)
    assert before - resident() > 14_000
    assert float(array.sum(dtype=np.float64)) == total


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is let go there")
@pytest.mark.parametrize("mode", ["c", "r+", None])
def test_what_may_have_been_written_is_kept(tmp_path: Path, mode: str | None) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.zeros((8, 4), np.float32))
    array = np.load(path, mmap_mode=mode)  # type: ignore[arg-type]
    array[3, 2] = 7.0
    release_mapped(array)
    assert array[3, 2] == 7.0
