"""What is passed over is named by its type, and what lacks a package is no lasting failure."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from trovato.cli import main
from trovato.library import IngestReport, Library


def test_every_ignored_type_is_named_with_its_count(tmp_path: Path) -> None:
    for name in ("a.exe", "b.EXE", "c.dll", "binary"):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"MZ\0\1")
    (tmp_path / "in" / "README").write_text("Words without a suffix.")
    place = str(tmp_path / "c")
    said = CliRunner().invoke(main, ["index", str(tmp_path / "in"), "--to", place]).output
    assert "4 of other types ignored: 2 .exe, 1 without a suffix, 1 .dll" in said
    assert "1 files added" in said


def test_reports_add_up() -> None:
    both = IngestReport(ignored=1, ignored_types={".exe": 1}) + IngestReport(
        ignored=3, ignored_types={".exe": 2, "": 1}
    )
    assert (both.ignored, both.ignored_types) == (4, {".exe": 3, "": 1})


def test_a_missing_package_is_told_until_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.rtf").write_bytes(rb"{\rtf1 The valve}")
    place = "trovato.data.documents.formats.registry.find_spec"
    monkeypatch.setattr(place, lambda _: None)
    with Library.create(tmp_path / "c") as library:
        for _ in range(2):
            ((name, reason),) = library.add([tmp_path / "a.rtf"]).failures
            assert name == "a.rtf"
            assert "trovato[office]" in reason
        assert not library.collection.failures()
