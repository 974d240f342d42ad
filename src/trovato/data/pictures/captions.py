"""Captions and tags of pictures, from a file beside them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, UnreadableFileError
from trovato.core.system.text_lines import json_lines

_NAMES = ("file", "file_name", "filename", "image", "path")
_TEXTS = ("caption", "text", "label", "title")
_WANTED = 'a file name in "file" and words in "caption" or "tags"'


def read_captions(path: PathLike) -> dict[str, str]:
    """Words for each picture, by its file name as the file has it.

    Parameters
    ----------
    path
        JSON lines, a JSON array of objects, or CSV with heads of columns. Of each record `file` (or
        `file_name`, `image`, `path`) names the picture; `caption` (or `text`, `label`, `title`) and
        `tags` (a list, or text) are what is said, with a comma between them. Other fields are
        passed over.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is not UTF-8.
    InvalidInputError
        If a record names no file or says nothing, or a file is named twice.
    """
    path = Path(path)
    said: dict[str, str] = {}
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
        said[name] = ", ".join(text for text in texts if text)
    return said


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
        yield from enumerate(csv.DictReader(text.splitlines()), start=1)
        return
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"{path} is not JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise InvalidInputError(f"{path}: wanted an array with one object per picture")
    yield from enumerate(found, start=1)
