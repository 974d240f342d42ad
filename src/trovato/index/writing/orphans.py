"""Files beside the database that its state does not name."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from trovato.core import file_errors
from trovato.index.store.words.records import word_segments
from trovato.index.vectors.inverted_lists import cells_records
from trovato.index.vectors.segment_file import segment_name

# What files of ours are called, whole or not; whatever else lies there is none of ours.
_NAME = re.compile(r"\d{6,}(-\d{6,})?\.\w+|\.\d{6,}(-\d{6,})?\.\w+\.\w{8}\.part")


def orphaned_files(connection: sqlite3.Connection, folder: Path) -> list[Path]:
    """Files of segments that the connection's state does not hold, by name.

    A killed writer leaves them, and so does one that found a reader at work on an older state.

    Parameters
    ----------
    connection
        Sees the state.
    folder
        The directory of segments. Files with other names are none of ours.
    """
    named = {record.file_name for record in cells_records(connection)}
    for (number,) in connection.execute("SELECT segment FROM segments"):
        named.add(segment_name(number))
    named |= {record.file_name for record in word_segments(connection)}
    with file_errors("list", folder):
        found = sorted(folder.glob("*"))
    return [path for path in found if _NAME.fullmatch(path.name) and path.name not in named]
