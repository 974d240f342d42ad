"""The columns of the files that a log is stored in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trovato.core import MissingExtraError, columns

if TYPE_CHECKING:
    import pyarrow as pa


def arrow() -> Any:
    """The package pyarrow, loaded when it is first needed.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow", "logs", "reading and writing logs") from error
    return pyarrow


def interactions() -> pa.Schema:
    """One row for each time that an item was shown to a user."""
    pa = arrow()
    ids = [(name, pa.uint32()) for name in (columns.USER, columns.ITEM)]
    context = (columns.PLACE, columns.PLATFORM, columns.AGENT, columns.TIMESPENT)
    small = [(name, pa.uint8()) for name in context]
    return pa.schema(ids + small + [(name, pa.bool_()) for name in columns.SIGNALS])


def users() -> pa.Schema:
    """One row for each user."""
    pa = arrow()
    about = [(name, pa.uint8()) for name in (columns.AGE, columns.GENDER, columns.GEO)]
    return pa.schema([(columns.USER, pa.uint32()), *about, (columns.RANK, pa.uint32())])


def items() -> pa.Schema:
    """One row for each item."""
    pa = arrow()
    return pa.schema(
        [
            (columns.ITEM, pa.uint32()),
            (columns.AUTHOR, pa.uint32()),
            (columns.DURATION, pa.uint8()),
            (columns.RANK, pa.uint32()),
        ]
    )
