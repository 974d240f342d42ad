"""Questions of OpenCQA: a chart, and the paragraph that speaks of it.

Source: Kantharaj et al. 2022 (OpenCQA: Open-ended Question Answering with Charts).
"""

from __future__ import annotations

from pathlib import Path

from trovato.core import PathLike
from trovato.core.system.text_lines import bad_line, json_lines
from trovato.data.datasets.multi_hop.question import MultiHopQuestion

_WANTED = 'a JSON object with "id", "question" and "answer" (text), and "gold" (component ids)'


def read_open_cqa(path: PathLike) -> tuple[MultiHopQuestion, ...]:
    """Questions with the chart and the paragraph that answer each.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line is no such question; the message names it.
    """
    path = Path(path)
    found = []
    for number, record in json_lines(path, _WANTED):
        try:
            gold = tuple(frozenset({str(item)}) for item in record["gold"])
            found.append(
                MultiHopQuestion(str(record["id"]), record["question"], gold, (record["answer"],))
            )
        except (KeyError, TypeError) as error:
            raise bad_line(path, number, _WANTED, f"{type(error).__name__}: {error}") from error
    return tuple(found)
