"""A log as a table that is never in memory as a whole, in the order in which things happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, check_many, fields
from trovato.core.shapes import Bool, UInt32, UInt64
from trovato.interactions.storage import schema
from trovato.interactions.storage.checksums import check_names
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.partitions import BATCH, WeekFile, find_weeks, in_order
from trovato.ops import SeenIds, SortedIdSet

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class InteractionLog:
    """Rows of a log, week by week; nothing is read before it is asked for.

    Parameters
    ----------
    files
        The weeks, in order.
    metadata
        The folder of the tables of users and items, if there is one; each may be absent.
    only_users, only_items
        Whose rows are seen; `None` for all.
    """

    files: tuple[WeekFile, ...]
    metadata: Path | None = None
    only_users: SortedIdSet | None = None
    only_items: SortedIdSet | None = None

    @staticmethod
    def open(folder: PathLike) -> InteractionLog:
        """Open a whole log, a subset of one (`subsamples/<name>`), or a part of a split.

        The tables of users and items are those of the folder, or else of one of the two above it.

        Raises
        ------
        InvalidInputError
            If the order of rows cannot be certain: a week is missing, or twice, or has no number;
            or if a file that the checksums of the folder name is not there.
        UnreadableFileError
            If a file is damaged, or has columns that are not those of a log.
        """
        folder = Path(folder)
        check_names(folder)
        weeks = find_weeks(folder)
        for week in weeks:
            week.rows()
        places = (folder, *folder.resolve().parents[:2])
        found = [
            place / "metadata"
            for place in places
            if any(path.exists() for path in LogLayout.of(place).tables)
        ]
        return InteractionLog(weeks, found[0] if found else None)

    @staticmethod
    def of_files(paths: Sequence[PathLike], metadata: PathLike | None = None) -> InteractionLog:
        """Open files of weeks that are given in their order.

        Raises
        ------
        InvalidInputError, UnreadableFileError
            As for `open`.
        """
        check_many("paths", paths)
        weeks = in_order([Path(path) for path in paths])
        for week in weeks:
            week.rows()
        return InteractionLog(weeks, None if metadata is None else Path(metadata))

    @property
    def numbers(self) -> range:
        """The weeks of this log."""
        if not self.files:
            return range(0)
        return range(self.files[0].number, self.files[-1].number + 1)

    @property
    def stored_rows(self) -> int:
        """Rows in the files, whether or not they are seen."""
        return sum(file.rows() for file in self.files)

    def weeks(self, first: int, last: int) -> InteractionLog:
        """The rows of weeks `first` to `last`, both included."""
        return replace(
            self, files=tuple(file for file in self.files if first <= file.number <= last)
        )

    def by_week(self) -> Iterator[InteractionLog]:
        """Each week as a log."""
        for file in self.files:
            yield replace(self, files=(file,))

    def filter(
        self,
        *,
        users: UInt32[np.ndarray, " users"] | None = None,
        items: UInt32[np.ndarray, " items"] | None = None,
    ) -> InteractionLog:
        """Only rows of these users, and of these items, of those that are seen now."""
        return replace(
            self,
            only_users=_narrowed(self.only_users, users),
            only_items=_narrowed(self.only_items, items),
        )

    def batches(
        self, names: Sequence[str] = fields.INTERACTION, most: int = BATCH
    ) -> Iterator[pa.RecordBatch]:
        """Columns of the rows, a batch at a time, in the order in which they happened.

        Parameters
        ----------
        names
            Of `fields.INTERACTION`, and `fields.EVENT` for the order of events: the week shifted
            left by 40 bits, and the row of its file.
        most
            Rows of a batch, at most.

        Yields
        ------
        Record batches of Arrow, not empty.

        Raises
        ------
        InvalidInputError
            If there is no such column.
        UnreadableFileError
            If a file is damaged.
        """
        check_many("names", names)
        for name in names:
            if name not in (*fields.INTERACTION, fields.EVENT):
                raise InvalidInputError(
                    f"a log has no column {name!r}: choose from "
                    f"{', '.join((*fields.INTERACTION, fields.EVENT))}"
                )
        needed = list(dict.fromkeys([*self._filters(), *names]))
        stored = [name for name in needed if name != fields.EVENT] or [fields.USER]
        pa = schema.arrow()
        for file in self.files:
            row = file.number << fields.EVENT_ROW_BITS
            for batch in file.read(stored, most):
                _refuse_missing(batch, file.path, row & ((1 << fields.EVENT_ROW_BITS) - 1))
                if fields.EVENT in names:
                    order: UInt64[np.ndarray, " rows"] = np.arange(
                        row, row + batch.num_rows, dtype=np.uint64
                    )
                    batch = batch.append_column(fields.EVENT, pa.array(order))
                row += batch.num_rows
                seen = self._seen(batch)
                if seen is not None:
                    batch = batch.filter(pa.array(seen))
                if batch.num_rows:
                    yield batch.select(list(names))

    @property
    def embeddings(self) -> Path | None:
        """The content vectors of items; `None` if there are none."""
        if self.metadata is None:
            return None
        path = LogLayout(self.metadata, self.metadata).embeddings
        return path if path.exists() else None

    def has_table(self, name: str) -> bool:
        """Whether there is a table of users (`fields.USER`) or of items (`fields.ITEM`)."""
        return self._path(name) is not None

    def users(self, names: Sequence[str] | None = None) -> pa.Table:
        """What is known of the users that are seen, by rising id.

        Parameters
        ----------
        names
            Columns of the table besides the id; None for all that the published one has.

        Raises
        ------
        InvalidInputError
            If there is no table of users.
        UnreadableFileError
            If it is damaged, or lacks a column.
        """
        check_many("names", names)
        return self._table(fields.USER, _some(schema.users(), fields.USER, names))

    def items(self, names: Sequence[str] | None = None) -> pa.Table:
        """What is known of the items that are seen, by rising id.

        Parameters
        ----------
        names
            Columns of the table besides the id; None for those of the published one that it has.

        Raises
        ------
        InvalidInputError
            If there is no table of items.
        UnreadableFileError
            If it is damaged, or lacks a column.
        """
        check_many("names", names)
        known = schema.items()
        if names is None:
            there = self._columns(fields.ITEM)
            names = [name for name in known.names[1:] if name in there]
        return self._table(fields.ITEM, _some(known, fields.ITEM, names))

    def user_ids(self) -> UInt32[np.ndarray, " users"]:
        """Ids of the users that are seen, rising; without a table, those of the rows."""
        return self._ids(fields.USER)

    def item_ids(self) -> UInt32[np.ndarray, " items"]:
        """Ids of the items that are seen, rising; without a table, those of the rows."""
        return self._ids(fields.ITEM)

    def ids_in_rows(self, name: str) -> UInt32[np.ndarray, " ids"]:
        """Ids of the users, or of the items, of the rows that are seen, rising.

        Memory: a bit for each possible id up to the largest.

        Raises
        ------
        UnreadableFileError
            If a file is damaged.
        """
        seen = SeenIds()
        for batch in self.batches([name]):
            seen.add(batch[name].to_numpy())
        return seen.ids()

    def _filters(self) -> dict[str, SortedIdSet]:
        only = {fields.USER: self.only_users, fields.ITEM: self.only_items}
        return {name: ids for name, ids in only.items() if ids is not None}

    def _seen(self, batch: pa.RecordBatch) -> Bool[np.ndarray, " rows"] | None:
        masks = [ids.has(batch[name].to_numpy()) for name, ids in self._filters().items()]
        return reduce(np.logical_and, masks) if masks else None

    def _ids(self, name: str) -> UInt32[np.ndarray, " ids"]:
        if self.has_table(name):
            ids = schema.arrow().schema([(name, schema.interactions().field(name).type)])
            return np.asarray(self._table(name, ids)[name].to_numpy())
        only = self._filters().get(name)
        found = replace(self, only_users=None, only_items=None).ids_in_rows(name)
        return found if only is None else found[only.has(found)]

    def _path(self, name: str) -> Path | None:
        if self.metadata is None:
            return None
        layout = LogLayout(self.metadata, self.metadata)
        path = layout.users if name == fields.USER else layout.items
        return path if path.exists() else None

    def _columns(self, name: str) -> list[str]:
        """Columns of a table; none where there is no such file, or it cannot be read."""
        path, pa = self._path(name), schema.arrow()
        try:
            return list(pa.parquet.read_schema(path).names) if path else []
        except (pa.ArrowException, OSError):
            return []  # what is wrong is said where it is read

    def _table(self, name: str, wanted: pa.Schema) -> pa.Table:
        path, only = self._path(name), self._filters().get(name)
        if path is None:
            raise InvalidInputError(
                f"this log has no table of {name.removesuffix('_id')}s: keep it in metadata/ "
                "beside it"
            )
        pa = schema.arrow()
        try:
            # read_table would load half a second of code for sets of files.
            with pa.parquet.ParquetFile(path) as file:
                missing = [field for field in wanted.names if field not in file.schema_arrow.names]
                if missing:
                    raise UnreadableFileError(f"{path} has no column {missing[0]!r}")
                table = file.read(wanted.names).select(wanted.names)
                if not table.schema.equals(wanted):  # a cast loads a quarter second of code
                    table = table.cast(wanted)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFileError(f"cannot read {path}: {error}") from error
        ids = table[name].to_numpy()
        if (ids[1:] < ids[:-1]).any():
            table = table.sort_by(name)
        return table if only is None else table.filter(pa.array(only.has(table[name].to_numpy())))


def _some(table: pa.Schema, key: str, names: Sequence[str] | None) -> pa.Schema:
    wanted = table.names if names is None else (key, *names)
    return schema.arrow().schema([table.field(name) for name in wanted])


def _refuse_missing(batch: pa.RecordBatch, path: Path, first: int) -> None:
    """Refuse a row without a user or an item; `first` is the row at which the batch begins."""
    for name in {fields.USER, fields.ITEM} & set(batch.schema.names):
        if batch[name].null_count:
            row = first + int(np.argmax(batch[name].is_null().to_numpy(zero_copy_only=False)))
            raise UnreadableFileError(
                f"{path}, row {row}: {name} has no value; take such rows out of the log"
            )


def _narrowed(
    before: SortedIdSet | None, ids: UInt32[np.ndarray, " ids"] | None
) -> SortedIdSet | None:
    if ids is None:
        return before
    wanted = np.unique(ids)
    return SortedIdSet(wanted if before is None else wanted[before.has(wanted)])
