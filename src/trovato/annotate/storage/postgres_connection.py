"""A connection to PostgreSQL that sends as little as it can."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from trovato.annotate.storage.postgres_address import PostgresAddress
from trovato.core import MissingExtraError

# What gives no rows can wait for what comes after it.
_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b(?!.*\bRETURNING\b)", re.DOTALL)
_MOST_WAITING = 1 << 20  # characters
_KEPT_STATEMENTS = 200


class PostgresConnection:
    """Statements with `?` for values, and few messages to the server.

    What writes inside a transaction waits, and goes to the server in one message with the next
    read, or with the end of the transaction; so does its beginning. The server keeps the plan of
    every statement.

    Parameters
    ----------
    address
        Of the database.
    schema
        In which tables are looked for.

    Raises
    ------
    MissingExtraError
        If pg8000 is not installed.
    """

    def __init__(self, address: PostgresAddress, schema: str) -> None:
        try:
            import pg8000.native
        except ImportError as error:
            raise MissingExtraError("pg8000", "postgres", "a project in PostgreSQL") from error
        self._literal = pg8000.native.literal
        self._address, self._schema = address, schema
        self._waiting: list[tuple[str, str]] = []
        self._length = 0
        self._numbers = count()
        self._inside = False
        self._then: tuple[str, ...] = ()
        self._opened: list[Any] | None = None
        self._connect()

    def _connect(self) -> None:
        import pg8000.native

        self._connection = pg8000.native.Connection(
            self._address.user,
            host=self._address.host,
            port=self._address.port,
            database=self._address.database,
            password=self._address.password(),
        )
        self._prepared: dict[str, str] = {}
        # Else a backslash in a text would mean something.
        self._connection.run(
            f'SET standard_conforming_strings TO on; SET search_path TO "{self._schema}"'
        )

    def _ask(self, question: Callable[[], Any]) -> Any:
        """What the server says; once more where it had gone and nothing was begun."""
        import pg8000.exceptions

        try:
            return question()
        except (pg8000.exceptions.Error, OSError) as error:
            self._prepared.clear()  # which of them the server kept is not known
            if self._opened is not None or not _is_gone(error):
                raise
            with suppress(pg8000.exceptions.Error, OSError):
                self._connection.close()
            self._connect()
            return question()

    @property
    def in_transaction(self) -> bool:
        """Whether one has begun."""
        return self._inside

    def begin(self, *then: str) -> None:
        """Begin a transaction by statements without values, each of which gives one row.

        They go to the server together with the first statement of the transaction.
        """
        self._inside, self._then, self._opened = True, then, None

    def opened(self) -> list[Any]:
        """The rows of what the transaction began with."""
        if self._opened is None:
            self._send()
        return self._opened or []

    def commit(self) -> None:
        """Send what waits, and end the transaction."""
        if self._opened is not None or self._waiting:
            self._send("COMMIT")
        self._inside, self._opened = False, None

    def rollback(self) -> None:
        """Forget what waits, and end the transaction."""
        begun, self._waiting, self._length = self._opened is not None, [], 0
        self._inside, self._opened = False, None
        if begun:
            self._send("ROLLBACK")

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Found:
        """Run a statement, at the latest when the transaction ends."""
        given = ", ".join(str(self._literal(_kept(value))) for value in values)
        if not (self._inside and _WRITE.match(sql)):
            return Found(tuple(map(_given, row)) for row in self._send(sql, given))
        self._waiting.append((sql, given))
        self._length += len(given)
        if self._length > _MOST_WAITING:
            self._send()
        return Found()

    def executemany(self, sql: str, values: Sequence[Sequence[Any]], /) -> None:
        """Run one for each of many values."""
        for row in values:
            self.execute(sql, row)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    def _send(self, *last: str) -> list[Any]:
        """Send what waits and then perhaps a statement with its values; gives the rows of that."""
        opens = self._inside and self._opened is None
        waiting, self._waiting, self._length = self._waiting, [], 0

        def ask() -> Any:
            begin = ("BEGIN", *self._then) if opens else ()
            parts = [self._run(*one) for one in (*waiting, *((last,) if last else ()))]
            return self._connection.run("; ".join((*begin, *parts)))

        rows: list[Any] = list(self._ask(ask) or ())
        if not opens:
            return rows
        self._opened, rows = rows[: len(self._then)], rows[len(self._then) :]
        return rows

    def _run(self, sql: str, given: str = "") -> str:
        """What runs a statement; the server plans one with values once."""
        if not given:
            return sql
        if sql in self._prepared:
            return f"EXECUTE {self._prepared[sql]} ({given})"
        forget = ""
        if len(self._prepared) == _KEPT_STATEMENTS:
            self._prepared.clear()
            forget = "DEALLOCATE ALL; "
        number, name = count(1), f"s{next(self._numbers)}"
        self._prepared[sql] = name
        numbered = re.sub(r"\?", lambda _: f"${next(number)}", sql)
        return f"{forget}PREPARE {name} AS {numbered}; EXECUTE {name} ({given})"


class Found(list[Any]):
    """Rows that have all come."""

    def fetchone(self) -> Any:
        """The first; None where there is none."""
        return self[0] if self else None

    def fetchall(self) -> list[Any]:
        """All of them."""
        return list(self)


def _is_gone(error: Exception) -> bool:
    """Whether the server let go of the connection, or the line did."""
    import pg8000.exceptions

    said = error.args[0] if error.args else None
    ended = isinstance(said, dict) and said.get("C") in ("57P01", "57P02", "57P03")
    return ended or isinstance(error, (OSError, pg8000.exceptions.InterfaceError))


def _kept(value: Any) -> Any:
    """A text without NUL, which PostgreSQL does not keep: it stands as an escape."""
    if isinstance(value, str):
        return value.replace("\x1a", "\x1aa").replace("\0", "\x1a0")
    return value


def _given(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x1a0", "\0").replace("\x1aa", "\x1a")
    return value
