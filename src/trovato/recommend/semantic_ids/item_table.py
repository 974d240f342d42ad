"""Items with texts or vectors, as people have them in files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    Encoder,
    IdMap,
    InvalidInputError,
    PathLike,
    ProgressCallback,
    UnreadableFileError,
    as_id,
    fields,
    no_progress,
)
from trovato.core.shapes import Float32, Int64

EMBEDDING = "embedding"
_TEXTS = ("text", "title", "description")


@dataclass(frozen=True, slots=True, eq=False)
class ItemTable:
    """Items, and what is known of them.

    Parameters
    ----------
    items
        Their ids.
    texts
        Of each item, where they are described in words.
    vectors
        Of each item, where they come with vectors.
    attributes
        Other fields of each item.
    """

    items: IdMap
    texts: tuple[str, ...]
    vectors: Float32[np.ndarray, "items dim"] | None
    attributes: tuple[Mapping[str, Any], ...]

    def embedded(
        self, encoder: Encoder | None = None, *, progress: ProgressCallback = no_progress
    ) -> Float32[np.ndarray, "items dim"]:
        """The vectors; of texts, the mean of their token vectors at length 1.

        Parameters
        ----------
        encoder
            Of texts; None for the one that comes with trovato.
        progress
            Told of texts.
        """
        if self.vectors is not None:
            return self.vectors
        if encoder is None:
            from trovato.encode import MiniLMEncoder

            encoder = MiniLMEncoder(threads=1)
        found = np.zeros((len(self.items), encoder.dim), np.float32)
        for place, tokens in enumerate(encoder.encode(self.texts)):
            if len(tokens):
                mean = tokens.values.mean(axis=0)
                found[place] = mean / max(float(np.linalg.norm(mean)), 1e-12)
            progress("texts", place + 1, len(self.items))
        return found

    def label(self, name: str) -> Int64[np.ndarray, " items"]:
        """A number for each value of a field; one of their own for items without it.

        Raises
        ------
        InvalidInputError
            If no item has the field.
        """
        values = [json.dumps(one.get(name), sort_keys=True) for one in self.attributes]
        if not any(name in one for one in self.attributes):
            known = sorted({field for one in self.attributes[:100] for field in one})
            raise InvalidInputError(f"no item has the field {name!r}; fields are {known or 'none'}")
        numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
        return np.array([numbers[value] for value in values], np.int64)


def read_items(path: PathLike) -> ItemTable:
    """Read items from JSON lines, or from NumPy's npz.

    Each line is an object with `item_id` (or `id`), and `embedding`, a list of numbers, or `text`,
    `title` or `description`, which are joined; other fields are attributes. An npz has the arrays
    `item_id` and `embedding`.

    Raises
    ------
    InvalidInputError
        If an id comes twice, or an item has neither words nor numbers.
    UnreadableFileError
        If the file cannot be read as either.
    """
    path = Path(path)
    try:
        if path.is_file() and zipfile.is_zipfile(path):
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                ids, vectors = stored[fields.ITEM].tolist(), stored[EMBEDDING]
            table = ItemTable(IdMap(ids), (), vectors.astype(np.float32), ({},) * len(ids))
        else:
            table = _table(list(_records(path)))
    except (OSError, KeyError, ValueError, TypeError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise UnreadableFileError(f"{path} holds no items: {error}") from error
    if table.vectors is not None and len(table.vectors) != len(table.items):
        raise InvalidInputError(
            f"{path}: each item needs one vector, got {len(table.items)} and {len(table.vectors)}"
        )
    return table


def _records(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise InvalidInputError(
                        f"{path}, line {number}: wanted an object, got {line!r}"
                    )
                known = next((name for name in (fields.ITEM, "id") if name in record), None)
                if known is None:
                    raise InvalidInputError(
                        f"{path}, line {number}: wanted the field item_id or id, got "
                        f"{', '.join(record)}"
                    )
                yield as_id(record.pop(known), f"{path}, line {number}: {known}"), record


def _table(records: list[tuple[str, Mapping[str, Any]]]) -> ItemTable:
    if not records:
        raise InvalidInputError("there are no items")
    ids = IdMap(one for one, _ in records)
    found = tuple(record for _, record in records)
    if all(EMBEDDING in record for record in found):
        vectors = np.array([record[EMBEDDING] for record in found], np.float32)
        return ItemTable(ids, (), vectors, found)
    texts = tuple(
        ". ".join(str(record[name]) for name in _TEXTS if record.get(name)) for record in found
    )
    if not any(texts):
        raise InvalidInputError(
            f"items need an {EMBEDDING}, or words in {', '.join(_TEXTS)}; the first has "
            f"{', '.join(found[0]) or 'nothing'}"
        )
    return ItemTable(ids, texts, None, found)
