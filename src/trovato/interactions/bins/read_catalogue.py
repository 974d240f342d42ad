"""What is known of items besides their counts."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from trovato.core import InvalidInputError, Item, PathLike, UnreadableFileError


def read_catalogue(path: PathLike) -> dict[str, Item]:
    """Items of a file of comma-separated values: item, and perhaps title and category.

    Returns
    -------
    Items by id, whose text is the title, and whose attributes are the other columns.

    Raises
    ------
    InvalidInputError
        If there is no column item.
    UnreadableFileError
        If the file cannot be read.
    """
    path = Path(path)
    opened = gzip.open if path.suffix == ".gz" else open
    found = {}
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if "item" not in (reader.fieldnames or ()):
                raise InvalidInputError(
                    f"{path} must have the column item; it has "
                    f"{', '.join(reader.fieldnames or ()) or 'none'}"
                )
            for row in reader:
                name = row["item"]
                attributes = {
                    key: value
                    for key, value in row.items()
                    if key not in ("item", "title") and isinstance(value, str) and value
                }
                found[name] = Item(name, "item", row.get("title") or name, None, attributes)
    except (OSError, UnicodeError, csv.Error, EOFError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    return found
