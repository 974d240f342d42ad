"""Captions, tags and facts of pictures, from a file beside them."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trovato.core import Attribute, InvalidInputError, PathLike, UnreadableFileError
from trovato.core.system.text_lines import json_lines

_NAMES = ("file", "file_name", "filename", "image", "path")
_TEXTS = ("caption", "text", "label", "title")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,15})(\.\d+)?")
_WANTED = 'a file name in "file" and words in "caption" or "tags"'


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said of one picture.

    Parameters
    ----------
    text
        The caption, then the tags, with a comma between them.
    attributes
        Other facts by name, texts and numbers.
    """

    text: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


def read_captions(path: PathLike) -> dict[str, Caption]:
    """What is said of each picture, by its file name as the file has it.

    Parameters
    ----------
    path
        JSON lines, a JSON array of objects, or CSV with heads of columns. Of each record `file` (or
        `file_name`, `image`, `path`) names the picture; `caption` (or `text`, `label`, `title`) and
        `tags` (a list, or text) are what is said. Other texts and numbers are its attributes;
        lists, objects and empty values are passed over.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is not UTF-8.
    InvalidInputError
        If a record names no file or its caption is no text, or a file is named twice.
    """
    path = Path(path)
    said: dict[str, Caption] = {}
    for number, record in _records(path):
        name = next((record[key] for key in _NAMES if record.get(key)), None)
        caption = next((record[key] for key in _TEXTS if record.get(key)), "")
        tags = record.get("tags") or ()
        texts = [caption, *([tags] if isinstance(tags, str) else tags)]
        if not isinstance(name, str) or not all(isinstance(text, str) for text in texts):
            raise InvalidInputError(
                f"{path}, record {number}: wanted {_WANTED}, got {record!r:.80}"
            )
        if name in said:
            raise InvalidInputError(f"{path}, record {number}: {name!r} is there twice")
        attributes = _attributes(record)
        if tagged := ", ".join(tag for tag in texts[1:] if tag):
            attributes["tags"] = tagged
        said[name] = Caption(", ".join(text for text in texts if text), attributes)
    return said


def _attributes(record: Mapping[str, Any]) -> dict[str, Attribute]:
    """Texts and numbers that are neither the name nor the caption."""
    return {
        key: int(value) if isinstance(value, bool) else value
        for key, value in record.items()
        if key not in (*_NAMES, *_TEXTS, "tags")
        and isinstance(value, str | int | float)
        and value not in ("", math.inf, -math.inf)
        and value == value  # NaN is no fact
    }


def _number(text: str | None) -> str | int | float | None:
    """What a cell of a table holds: a number where it is written as one."""
    if text is None or not _DECIMAL.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from json_lines(path, f"a JSON object with {_WANTED}")
        return
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    if path.suffix.lower() != ".json":
        for number, row in enumerate(csv.DictReader(text.splitlines()), start=1):
            facts = {key: _number(row[key]) for key in row if key not in (*_NAMES, *_TEXTS, "tags")}
            yield number, {**row, **facts}
        return
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"{path} is not JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise InvalidInputError(f"{path}: wanted an array with one object per picture")
    yield from enumerate(found, start=1)
