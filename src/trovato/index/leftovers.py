"""Files beside the database that its state does not name."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from trovato.index.storage import file_errors

# The number of a segment, and a suffix for each kind of file that it has.
_NAME = re.compile(r"(\d{6,})\.\w+")


def leftovers(connection: sqlite3.Connection, folder: Path) -> list[Path]:
    """Files of segments that the connection's state does not hold, by name.

    A killed writer leaves them, and so does one that found a reader at work on an older state.

    Parameters
    ----------
    connection
        Sees the state.
    folder
        The directory of segments. Files with other names are none of ours.
    """
    held = {number for (number,) in connection.execute("SELECT segment FROM segments")}
    with file_errors("list", folder):
        named = [(path, _NAME.fullmatch(path.name)) for path in sorted(folder.glob("*"))]
    return [path for path, name in named if name is not None and int(name[1]) not in held]
