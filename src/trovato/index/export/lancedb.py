"""Export to LanceDB: one table with a multivector column."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, MissingExtraError, PathLike
from trovato.index.export.rows import ExportedPage, batches

TABLE = "pages"
_BATCH = 1 << 14  # vectors written together


class LanceTarget:
    """A LanceDB database on this machine; the table in it is called `pages`.

    Its columns are `id`, `kind`, `text`, `file`, `page`, `parent`, `order`, `image`, `attributes`
    and `links` (both JSON), and `vectors`, a list of float32 vectors, null for a page without any.
    Search it with the cosine metric.

    Parameters
    ----------
    path
        The database's directory; made if there is none.
    """

    def __init__(self, path: PathLike) -> None:
        self._path = Path(path)

    def write(self, pages: Iterable[ExportedPage], dim: int) -> None:
        """Write the table in one commit of the database; see `ExportTarget.write`."""
        try:
            import lancedb
            import pyarrow
        except ImportError as error:
            raise MissingExtraError("lancedb", "export", "exporting to LanceDB") from error
        database = lancedb.connect(self._path)
        if TABLE in database.list_tables().tables:
            raise InvalidInputError(
                f"{self._path} has a table {TABLE!r} already: choose another directory, or drop it"
            )
        vectors = pyarrow.list_(pyarrow.list_(pyarrow.float32(), dim))
        schema = pyarrow.schema(
            [
                *((name, pyarrow.string()) for name in ("id", "kind", "text", "file")),
                ("page", pyarrow.int64()),
                ("parent", pyarrow.string()),
                ("order", pyarrow.int64()),
                ("image", pyarrow.string()),
                *((name, pyarrow.string()) for name in ("attributes", "links")),
                ("vectors", vectors),
            ]
        )

        failures: list[Exception] = []

        def records() -> Iterator[Any]:
            try:
                for batch in batches(pages, _BATCH):
                    columns = [*_texts(batch), _multivectors(batch, vectors)]
                    yield pyarrow.record_batch(columns, schema=schema)
            except Exception as error:
                failures.append(error)
                raise

        reader = pyarrow.RecordBatchReader.from_batches(schema, records())
        try:
            database.create_table(TABLE, reader, schema=schema)
        except BaseException as error:
            database.drop_table(TABLE, ignore_missing=True)
            # LanceDB tells of an error in the pages as one of its own.
            if failures:
                raise failures[0] from error
            raise


def _texts(batch: list[ExportedPage]) -> list[list[str | int | None]]:
    """All columns but the vectors."""
    items = [page.item for page in batch]
    return [
        [item.id for item in items],
        [item.kind for item in items],
        [item.text for item in items],
        [None if item.location is None else item.location.file for item in items],
        [None if item.location is None else item.location.page for item in items],
        [item.parent for item in items],
        [item.order for item in items],
        [item.image for item in items],
        [json.dumps(dict(item.attributes), ensure_ascii=False) for item in items],
        [json.dumps([asdict(link) for link in item.links], ensure_ascii=False) for item in items],
    ]


def _multivectors(batch: list[ExportedPage], kind: Any) -> Any:
    import pyarrow

    counts = np.array([len(page.vectors) for page in batch])
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    values = np.concatenate([page.vectors for page in batch]).reshape(-1)
    inner = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(values), type=kind.value_type)
    return pyarrow.ListArray.from_arrays(
        pyarrow.array(offsets), inner, type=kind, mask=pyarrow.array(counts == 0)
    )
