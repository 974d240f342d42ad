"""What a store needs of a connection to an engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Rows(Protocol):
    """What a statement gives."""

    def fetchone(self) -> Any:
        """The next row; None where there is none."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


@runtime_checkable
class Connection(Protocol):
    """Runs statements of the SQL that engines share; values stand where `?` does."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        """Run one."""

    def executemany(self, sql: str, values: Sequence[Sequence[Any]], /) -> object:
        """Run one for each of many values."""
