"""What OCR has read is kept, whatever happens to the file that it is kept in."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from trovato.core import StorageError
from trovato.data import OcrCache
from trovato.data.documents.reading_order import Line
from trovato.data.documents.scans.turned import TurnedLines

LINES = TurnedLines(
    [Line("harbour", 1.0, 2.0, 30.0, 9.5), Line("quäy 狐", 1.0, 12.0, 30.0, 19.5)], 270
)


def test_a_file_that_is_no_database_is_kept_aside_and_begun_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "ocr.db"
    for number in (1, 2):
        strange = b"no database at all %d" % number * 500
        path.write_bytes(strange)
        cache = OcrCache(path)
        assert cache.get("key") is None
        cache.put("key", LINES)
        assert cache.get("key") == LINES
        cache.close()
        aside = tmp_path / f"ocr.db.damaged-{number}"
        assert aside.read_bytes() == strange
        assert aside.name in caplog.text


def test_a_database_with_a_damaged_page_is_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "ocr.db"
    cache = OcrCache(path)
    cache.put("key", LINES)
    cache.close()
    damaged = path.read_bytes()[:100] + bytes(4000) + path.read_bytes()[4100:]
    path.write_bytes(damaged)
    OcrCache(path).close()
    assert (tmp_path / "ocr.db.damaged-1").read_bytes() == damaged


def test_a_passing_error_costs_no_stored_result(tmp_path: Path) -> None:
    """For a moment the process may open no file, or so few that SQLite cannot open its log."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "ocr.db"
    cache = OcrCache(path)
    cache.put("key", LINES)
    cache.close()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = {int(path.name) for path in Path("/dev/fd").iterdir()}
    free = [number for number in range(1000) if number not in used]
    refused = 0
    for spare in range(5):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (free[spare], hard))
            OcrCache(path).close()
        except StorageError:
            refused += 1
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        again = OcrCache(path)
        assert again.get("key") == LINES
        again.close()
    assert refused, "there were handles enough"
    assert [one.name for one in tmp_path.iterdir()] == ["ocr.db"]


def test_damaged_entries_count_as_absent(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path / "ocr.db")
    cache.put("key", LINES)
    other = sqlite3.connect(tmp_path / "ocr.db")
    for damage in ("[[1, 2]", "[1]", '[["a", [1.0]]]', "{}"):
        other.execute("UPDATE results SET lines = ?", [damage])
        other.commit()
        assert cache.get("key") is None
    other.execute("DROP TABLE results")
    other.close()
    assert cache.get("key") is None
    cache.put("key", LINES)
    cache.close()
