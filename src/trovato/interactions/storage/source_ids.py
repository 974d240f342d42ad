"""What the source of an imported log calls its users and items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from trovato.core import InvalidInputError, UnreadableFileError, check_many, fields
from trovato.core.shapes import UInt32
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog


class Names:
    """Names of users, or of items; where the log keeps none, the numbers themselves.

    Memory: all names of the log.

    Parameters
    ----------
    log
        Whose.
    column
        `fields.USER` or `fields.ITEM`.

    Raises
    ------
    UnreadableFileError
        If the table of names is damaged.
    """

    def __init__(self, log: InteractionLog, column: str) -> None:
        self._what = column.removesuffix("_id")
        self._names: dict[int, str] = {}
        if log.metadata is None:
            return
        layout, pa = LogLayout(log.metadata, log.metadata), schema.arrow()
        path = layout.user_names if column == fields.USER else layout.item_names
        if not path.exists():
            return
        try:
            with pa.parquet.ParquetFile(path) as file:
                table = file.read([column, "name"])
            numbers, names = (table[name].to_pylist() for name in (column, "name"))
        except (pa.ArrowException, OSError, KeyError) as error:
            raise UnreadableFileError(f"cannot read {path}: {error}") from error
        self._names = dict(zip(numbers, names, strict=True))

    def of(self, ids: Iterable[int]) -> list[str]:
        """The names of some ids; an id without a name is called by its number."""
        return [self._names.get(one, str(one)) for one in ids]

    def numbers(self) -> dict[str, int]:
        """The id of each name."""
        return {name: one for one, name in self._names.items()}

    def ids(self, names: Sequence[str]) -> UInt32[np.ndarray, " names"]:
        """The ids of some names.

        Raises
        ------
        InvalidInputError
            If nobody and nothing is called so.
        """
        check_many("names", names)
        known = self.numbers()
        return np.array([self._id(name, known) for name in names], np.uint32)

    def _id(self, name: str, known: dict[str, int]) -> int:
        if name in known:
            return known[name]
        if not known and name.isascii() and name.isdigit() and int(name) < 1 << 32:
            return int(name)
        like = next(iter(known), "17")
        raise InvalidInputError(
            f"no {self._what} of this log is called {name!r}: wanted a name such as {like}"
        )

    def __len__(self) -> int:
        return len(self._names)


def read_titles(log: InteractionLog) -> dict[str, str]:
    """Titles of the items of an imported log, by their names; empty where it has none.

    Raises
    ------
    UnreadableFileError
        If the table of titles is damaged.
    """
    if log.metadata is None:
        return {}
    path, pa = LogLayout(log.metadata, log.metadata).item_titles, schema.arrow()
    if not path.exists():
        return {}
    try:
        with pa.parquet.ParquetFile(path) as file:
            table = file.read(["name", "title"])
        names, titles = (table[one].to_pylist() for one in ("name", "title"))
    except (pa.ArrowException, OSError, KeyError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    return {name: title for name, title in zip(names, titles, strict=True) if title}
