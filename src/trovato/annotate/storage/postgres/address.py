"""Where a PostgreSQL database is, and who may in."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from trovato.core import InvalidInputError

SCHEMES = ("postgresql://", "postgres://")
_FORM = "postgresql://user@host:5432/database"


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """A database, and perhaps a project in it.

    Parameters
    ----------
    user, host, port, database
        As a client of PostgreSQL needs them.
    project
        Name of its schema; empty where none is named.
    secret
        The password, where the address had one.
    """

    user: str
    host: str
    port: int
    database: str
    project: str = ""
    secret: str | None = field(default=None, repr=False)

    @staticmethod
    def of(url: str) -> PostgresAddress:
        """Read `postgresql://user:password@host:5432/database/project`; most parts may be left out.

        Raises
        ------
        InvalidInputError
            If it is anything else.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or 5432
        except ValueError as error:
            raise InvalidInputError(f"a database is named {_FORM}: {error}") from error
        names = [unquote(name) for name in parts.path.strip("/").split("/")]
        if f"{parts.scheme}://" not in SCHEMES or not 1 <= len(names) <= 2 or not all(names):
            raise InvalidInputError(
                f"a database is named {_FORM}, and a project in it {_FORM}/project; got "
                f"{parts.scheme}://…{parts.path}"
            )
        secret = unquote(parts.password) if parts.password else None
        user, host = unquote(parts.username or "postgres"), parts.hostname or "localhost"
        return PostgresAddress(user, host, port, names[0], "".join(names[1:]), secret)

    def password(self) -> str | None:
        """The address's, else that of `PGPASSWORD`, else that of the file `PGPASSFILE`.

        The file is `~/.pgpass` by default, in the form that all clients of PostgreSQL read: lines
        of `host:port:database:user:password`, where `*` stands for anything. None where none fits.

        Raises
        ------
        InvalidInputError
            If others may read the file.
        """
        if self.secret is not None:
            return self.secret
        if "PGPASSWORD" in os.environ:
            return os.environ["PGPASSWORD"]
        named = os.environ.get("PGPASSFILE")
        file = Path(named) if named else Path.home() / ".pgpass"
        if not file.is_file():
            return None
        if os.name == "posix" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise InvalidInputError(f"others may read {file}: `chmod 600 {file}` first")
        wanted = [self.host, str(self.port), self.database, self.user]
        for line in file.read_text("utf-8").splitlines():
            parts = [re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\):", line)]
            if len(parts) == 5 and not line.startswith("#"):
                *there, password = parts
                if all(one in ("*", given) for one, given in zip(there, wanted, strict=True)):
                    return password
        return None

    def __str__(self) -> str:
        """The address without the password."""
        place = "/".join(quote(name, safe="") for name in (self.database, self.project) if name)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{quote(self.user, safe='')}@{host}:{self.port}/{place}"
