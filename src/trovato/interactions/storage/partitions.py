"""The files of weeks that a log is made of, and the proof that they are in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from trovato.core import InvalidInputError, PathLike, UnreadableFileError
from trovato.interactions.storage import schema

if TYPE_CHECKING:
    import pyarrow as pa

# Rows in memory at a time while a file is read.
BATCH = 1 << 17
_NAME = re.compile(r"week_(\d\d)\.parquet")
_PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class WeekFile:
    """One week of a log; its rows are in the order in which they happened.

    Parameters
    ----------
    number
        The week.
    path
        A Parquet file.
    """

    number: int
    path: Path

    def rows(self) -> int:
        """How many rows the file says that it has.

        Raises
        ------
        UnreadableFileError
            If the file is damaged, or a column is missing, unknown or of another kind.
        """
        with _reading(self.path):
            file = schema.arrow().parquet.ParquetFile(self.path)
        with file:
            _check(self.path, file.schema_arrow)
            return int(file.metadata.num_rows)

    def read(self, names: Sequence[str], most: int = BATCH) -> Iterator[pa.RecordBatch]:
        """Columns of the file from its first row to its last, a batch at a time.

        Parameters
        ----------
        names
            Of `columns.INTERACTION`.
        most
            Rows of a batch, at most.

        Raises
        ------
        UnreadableFileError
            If the file is damaged.
        """
        pa = schema.arrow()
        wanted = pa.schema([schema.interactions().field(name) for name in names])
        with _reading(self.path), pa.parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(most, columns=list(names)):
                batch = batch.select(list(names))
                yield batch if batch.schema.equals(wanted) else batch.cast(wanted)


def find_weeks(folder: PathLike) -> tuple[WeekFile, ...]:
    """The weeks of a whole log, of a subset, or of one part of a split.

    Parameters
    ----------
    folder
        Holds `interactions/`; or `train/`, `validation/` and `test/`, or some of them; or files of
        weeks.

    Raises
    ------
    InvalidInputError
        If there are none, or they cannot be brought into an order that is certain.
    """
    folder = Path(folder)
    root = folder / "interactions" if (folder / "interactions").is_dir() else folder
    if not root.is_dir():
        raise InvalidInputError(f"{folder} is not a folder: a log is a folder with files of weeks")
    places = [part for part in (root, *(root / name for name in _PARTS)) if part.is_dir()]
    paths = [path for place in places for path in sorted(place.glob("*.parquet"))]
    if not paths:
        raise InvalidInputError(f"{folder} holds no log: there is no week_NN.parquet in it")
    return in_order(paths)


def in_order(paths: Sequence[Path]) -> tuple[WeekFile, ...]:
    """Files of weeks, once it is certain that each week follows the one before.

    Raises
    ------
    InvalidInputError
        If a name does not say which week it is, or a week is missing, twice, or out of order.
    """
    weeks = []
    for path in paths:
        name = _NAME.fullmatch(path.name)
        if not name:
            raise InvalidInputError(
                f"{path} does not say which week it holds: files are named week_00.parquet, "
                "week_01.parquet and so on, for there is no other sign of their order"
            )
        weeks.append(WeekFile(int(name[1]), path))
    for before, after in pairwise(weeks):
        if after.number == before.number + 1:
            continue
        if after.number > before.number:
            raise InvalidInputError(
                f"week {before.number + 1} is missing between {before.path} and {after.path}: what "
                "happened in it is unknown, so open the weeks before or after it alone"
            )
        raise InvalidInputError(
            f"week {after.number} comes after week {before.number}: {after.path} follows "
            f"{before.path}; open one part of a split at a time"
        )
    return tuple(weeks)


def _check(path: Path, found: pa.Schema) -> None:
    """Refuse columns that we do not know the meaning of."""
    pa = schema.arrow()
    wanted = schema.interactions()
    for field in wanted:
        if field.name not in found.names:
            raise UnreadableFileError(f"{path} has no column {field.name!r}")
        kind = found.field(field.name).type
        same = pa.types.is_unsigned_integer if field.type != pa.bool_() else pa.types.is_boolean
        if not same(kind):
            raise UnreadableFileError(
                f"{path}: column {field.name!r} is {kind}, wanted {field.type}"
            )
    for name in found.names:
        if name not in wanted.names:
            raise UnreadableFileError(f"{path} has a column {name!r} that is not of a log")


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (schema.arrow().ArrowException, OSError) as error:
        raise UnreadableFileError(f"cannot read {path}, it is damaged or cut: {error}") from error
