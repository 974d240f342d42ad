"""Text files that others made, line by line, with errors that name the line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, UnreadableFileError


def numbered_lines(path: PathLike) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, without their ends, numbered from 1.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    """
    try:
        with Path(path).open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path} is not UTF-8 text; save it as UTF-8") from error


def json_lines(path: Path, wanted: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON object of each line, numbered from 1.

    Parameters
    ----------
    path
        A file with one JSON object per line.
    wanted
        What a line should hold, for the message.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line is not a JSON object.
    """
    for number, line in numbered_lines(path):
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise bad_line(path, number, wanted, f"text that is not JSON ({error.msg})") from error
        if not isinstance(record, dict):
            raise bad_line(path, number, wanted, line)
        yield number, record


def bad_line(path: Path, number: int, wanted: str, got: str) -> InvalidInputError:
    """The error for a line that cannot be used: file, line, what was wanted and what came."""
    shown = got if len(got) <= 80 else got[:79] + "…"
    return InvalidInputError(f"{path}, line {number}: wanted {wanted}, got {shown}")
