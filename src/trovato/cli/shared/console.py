"""Small pieces of text that several commands print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from trovato.core import Evidence, UnreadableFileError, atomic_path
from trovato.core.shapes import CHECKED

if CHECKED:
    from trovato.library import Library

_LONGEST = 200  # bytes of a file's name; no system takes more than 255
_WIDE = 1 << 12  # columns; more than any line has
_NAMED = 3  # of many files with one reason
_CONTROLS = re.compile(r"[^\t\n -~\xa0-\U0010ffff]")


def printed() -> Console:
    """Where tables go: as wide as the terminal, and into a file or a pipe as wide as they are."""
    console = _Printer(highlight=False, emoji=False)
    return console if console.is_terminal else _Printer(highlight=False, emoji=False, width=_WIDE)


class _Printer(Console):
    """Leaves a pipe whose reader has gone to the one place where that is answered."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def harmless(text: str) -> str:
    """Text of a stranger without what a terminal takes for commands; line ends and tabs stay."""
    return _CONTROLS.sub("", text)


def plural(count: int, noun: str) -> str:
    """`1 page`, `2 pages`, `1,283 pages`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def folded_failures(failures: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each file and its reason; many of the same reason become one line."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in failures:
        by_reason.setdefault(reason, []).append(name)
    for reason, names in by_reason.items():
        if len(names) <= _NAMED:
            yield from (f"{name}: {reason}" for name in names)
        else:
            shown = ", ".join(names[:_NAMED])
            yield f"{len(names)} files, each {reason}: {shown} and {len(names) - _NAMED} more"


def size(count: int) -> str:
    """Bytes for a reader: `812 B`, `40.1 MB`; 1 MB is 10⁶ bytes."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def save_picture(
    library: Library, folder: Path, number: int, page: str, evidence: Evidence
) -> Path | None:
    """Save the picture of a page as `01-report.pdf-p12.png`; None, and a line, where there is none.

    A file that was moved since it was indexed must not cost the answer.
    """
    name = re.sub(r"[^\w.-]+", "-", page.replace("#", "-p")).strip("-")
    name = name.encode()[-_LONGEST:].decode(errors="ignore")
    path = folder / f"{number:02d}-{name}.png"
    try:
        picture = library.picture(page, evidence)
    except UnreadableFileError as error:
        click.echo(f"no picture of {page}: {error}", err=True)
        return None
    with atomic_path(path) as part:
        picture.save(part, "PNG")
    return path


def snippet(evidence: Evidence) -> Text:
    """The snippet with its matched words in bold."""
    text = Text(evidence.snippet)
    for start, end in evidence.marks:
        text.stylize("bold yellow", start, end)
    return text
