"""Small pieces of text that several commands print."""

from __future__ import annotations

import re
from pathlib import Path

from rich.text import Text

from trovato.core import Evidence


def plural(count: int, noun: str) -> str:
    """`1 page`, `2 pages`, `1,283 pages`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def size(count: int) -> str:
    """Bytes for a reader: `812 B`, `40.1 MB`; 1 MB is 10⁶ bytes."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def picture_path(folder: Path, number: int, page: str) -> Path:
    """Where the picture of a page is saved: `01-report.pdf-p12.png`."""
    name = re.sub(r"[^\w.-]+", "-", page.replace("#", "-p")).strip("-")
    return folder / f"{number:02d}-{name}.png"


def snippet(evidence: Evidence) -> Text:
    """The snippet with its matched words in bold."""
    text = Text(evidence.snippet)
    for start, end in evidence.marks:
        text.stylize("bold yellow", start, end)
    return text
