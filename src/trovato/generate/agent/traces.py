"""Traces in a file, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from trovato.core import AgentTrace, PathLike, file_errors
from trovato.core.system.text_lines import json_lines


def append_trace(path: PathLike, trace: AgentTrace) -> None:
    """Add a trace to a file, which is made if there is none.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    path = Path(path)
    with file_errors("write", path), path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(trace.to_json(), ensure_ascii=False) + "\n")


def read_traces(path: PathLike) -> Iterator[AgentTrace]:
    """The traces of a file, one by one.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read.
    InvalidInputError
        If a line is no trace.
    """
    for _, record in json_lines(Path(path), "an agent's trace"):
        yield AgentTrace.of_json(record)
