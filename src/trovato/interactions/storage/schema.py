"""The columns of the files that a log is stored in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trovato.core import MissingExtraError, fields

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
    ids = [(name, pa.uint32()) for name in (fields.USER, fields.ITEM)]
    context = (fields.PLACE, fields.PLATFORM, fields.AGENT, fields.TIMESPENT)
    small = [(name, pa.uint8()) for name in context]
    return pa.schema(ids + small + [(name, pa.bool_()) for name in fields.SIGNALS])


def users() -> pa.Schema:
    """One row for each user."""
    pa = arrow()
    about = [(name, pa.uint8()) for name in (fields.AGE, fields.GENDER, fields.GEO)]
    return pa.schema([(fields.USER, pa.uint32()), *about, (fields.RANK, pa.uint32())])


def items() -> pa.Schema:
    """One row for each item."""
    pa = arrow()
    return pa.schema(
        [
            (fields.ITEM, pa.uint32()),
            (fields.AUTHOR, pa.uint32()),
            (fields.DURATION, pa.uint8()),
            (fields.RANK, pa.uint32()),
        ]
    )
