"""Pieces of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def element(tag: str, text: str) -> str:
    """A text in an element; nothing where there is none."""
    return f"<{tag}>{escape(text.strip())}</{tag}>" if text.strip() else ""


def table(rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML; rows without any text are left out."""
    written = (
        "".join(f"<td>{cell}</td>" for cell in row) for row in rows if any(map(str.strip, row))
    )
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in written)}</table>"
