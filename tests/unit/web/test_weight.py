"""Pages stay light, and load nothing but what lies here."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import trovato.web

ROOT = Path(trovato.web.__file__).parent


def test_script_and_style_are_small() -> None:
    files = [path for path in (ROOT / "static").iterdir() if path.suffix in (".js", ".css")]
    assert len(files) >= 6
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= 40_000


def test_no_page_names_another_host_or_runs_what_stands_in_it() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert "://" not in text, path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", text), path
