"""JSON and JSON lines as text: a line for each value, with its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from trovato.core import Attribute
from trovato.data.documents.plain.encoding import decode
from trovato.data.documents.text import TextDocument
from trovato.data.documents.text_pages import split_pages


def open_json(path: Path) -> TextDocument:
    """Records with an empty line between them; what is no JSON is shown as it stands.

    Raises
    ------
    UnreadableFileError
        If it is no text.
    """
    text, encoding = decode(path.read_bytes())
    facts: dict[str, Attribute] = {"encoding": encoding.name} if encoding.guessed else {}
    records = [text] if path.suffix.lower() == ".json" else text.splitlines()
    return TextDocument("json", split_pages("\n\n".join(map(_record, records))), facts)


def _record(text: str) -> str:
    try:
        return "\n".join(_values(json.loads(text), ""))
    except (ValueError, RecursionError):
        return text


def _values(value: object, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, name)
    elif value is not None:
        yield f"{name}: {value}" if name else str(value)
