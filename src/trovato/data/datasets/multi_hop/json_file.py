"""A file that is one JSON list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, UnreadableFileError


def json_list(path: Path, wanted: str) -> list[Any]:
    """The entries of a file that is one JSON list.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If it is no JSON list.
    """
    try:
        entries = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"{path}: wanted {wanted}, got no JSON ({error})") from error
    if not isinstance(entries, list):
        raise InvalidInputError(f"{path}: wanted {wanted}, got {type(entries).__name__}")
    return entries


def bad_entry(path: Path, number: int, wanted: str, error: Exception) -> InvalidInputError:
    """The error for an entry that cannot be used, by its number from 1."""
    return InvalidInputError(
        f"{path}, entry {number}: wanted {wanted}, got {type(error).__name__}: {error}"
    )
