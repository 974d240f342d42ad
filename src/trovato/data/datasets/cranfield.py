"""The Cranfield collection's files: records of sections marked .I .T .A .B .W."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trovato.core import Item, PathLike
from trovato.core.system.text_lines import bad_line, numbered_lines

_MARK = re.compile(r"\.([TABW])\s*")
_START = re.compile(r"\.I\s+(\d+)\s*")


def read_cranfield_documents(path: PathLike) -> Iterator[Item]:
    """The abstracts, read one at a time; title, authors and source become attributes.

    The text starts with the title, as nearly all abstracts do already. Two documents are empty.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If text stands outside any section.
    """
    path = Path(path)
    for name, sections in _records(path):
        title, body = sections.get("T", ""), sections.get("W", "")
        text = body if body.startswith(title) else f"{title}\n{body}"
        known = {
            "title": title,
            "authors": sections.get("A", ""),
            "source": sections.get("B", ""),
        }
        yield Item(
            name, "text", text, attributes={key: held for key, held in known.items() if held}
        )


def read_cranfield_queries(path: PathLike) -> dict[str, str]:
    """The text of each query, by its place in the file from 1.

    The judgements name queries by place; the numbers in the file itself have gaps.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If text stands outside any section.
    """
    path = Path(path)
    return {
        str(place): sections.get("W", "")
        for place, (_, sections) in enumerate(_records(path), start=1)
    }


def _records(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The number of each record and its sections by letter; a repeated section goes on."""
    name, section = "", ""
    parts: dict[str, list[str]] = {}
    for number, line in numbered_lines(path):
        if start := _START.fullmatch(line):
            if name:
                yield name, {letter: "\n".join(lines) for letter, lines in parts.items()}
            name, section, parts = start[1], "", {}
        elif name and (mark := _MARK.fullmatch(line)):
            section = mark[1]
        elif section:
            parts.setdefault(section, []).append(line.strip())
        else:
            raise bad_line(path, number, "a line .I and a number, then .T, .A, .B or .W", line)
    if name:
        yield name, {letter: "\n".join(lines) for letter, lines in parts.items()}
