"""The fingerprint of a folder: of all bytes, and read once."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from trovato.encode.late_interaction import folder_fingerprint

LARGE = 1 << 20


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made = tmp_path / "model"
    made.mkdir()
    (made / "config.json").write_text("{}")
    (made / "model.safetensors").write_bytes(bytes(LARGE))
    (made / "notes.md").write_text("not a part of it")
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were hashed."""
    found: list[str] = []
    digest = hashlib.file_digest

    def noted(file: object, name: str) -> object:
        found.append(Path(file.name).name)  # type: ignore[attr-defined]
        return digest(file, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "file_digest", noted)
    return found


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 60)


def test_large_files_are_read_once(
    folder: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = folder_fingerprint(folder)
    folder_fingerprint(folder)  # it was written just now, so it is read again
    assert read.count("model.safetensors") == 2
    later(monkeypatch)
    assert folder_fingerprint(folder) == folder_fingerprint(folder) == first
    assert read.count("model.safetensors") == 3
    assert read.count("config.json") == 4
    assert "notes.md" not in read


def test_a_change_of_the_same_size_and_time_is_seen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch)
    weights = folder / "model.safetensors"
    first, state = folder_fingerprint(folder), weights.stat()
    weights.write_bytes(bytes(LARGE - 1) + b"1")
    os.utime(weights, ns=(state.st_atime_ns, state.st_mtime_ns))
    second = folder_fingerprint(folder)
    assert second != first
    other = folder / "other"
    other.write_bytes(bytes(LARGE))
    os.utime(other, ns=(state.st_atime_ns, state.st_mtime_ns))
    other.replace(weights)
    assert folder_fingerprint(folder) == first


@pytest.mark.parametrize("content", ["no JSON", "[]", '{"a": 1}', '{"a": [["x"], 2]}'])
def test_a_damaged_cache_is_no_cache(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    later(monkeypatch)
    first = folder_fingerprint(folder)
    (kept,) = (tmp_path / "cache").rglob("*.json")
    kept.write_text(content)
    assert folder_fingerprint(folder) == first


def test_a_cache_that_cannot_be_written_is_done_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    later(monkeypatch)
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert folder_fingerprint(folder) == folder_fingerprint(folder)
