"""Tables that a user hands over to be audited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trovato.core import UnreadableFileError
from trovato.interactions.storage import schema

if TYPE_CHECKING:
    import pyarrow as pa


def read_input_table(path: Path) -> pa.Table:
    """All of a Parquet file.

    Raises
    ------
    UnreadableFileError
        If it is absent, damaged, or a value is missing in it.
    """
    pa = schema.arrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFileError(f"cannot read {path} as Parquet: {error}") from error
    for name in table.column_names:
        if table[name].null_count:
            raise UnreadableFileError(f"{path}: column {name!r} lacks values, fill them first")
    return table
