"""Questions of OTT-QA: a table, and mostly a passage that one of its cells links to.

Source: Chen et al. 2021 (Open Question Answering over Tables and Text).
"""

from __future__ import annotations

from pathlib import Path

from trovato.core import PathLike
from trovato.core.system.text_lines import bad_line, json_lines
from trovato.data.datasets.multi_hop.question import MultiHopQuestion

_WANTED = (
    'a JSON object with "id", "question", "answer" and "table_id" (text), "answer_in" and '
    '"passage_docs" (lists of texts)'
)


def read_ott_qa(path: PathLike) -> tuple[MultiHopQuestion, ...]:
    """Questions with the table that each needs and, where the answer is in no cell, its passage.

    Which passage holds the answer was found by its words: any of them will do.

    Parameters
    ----------
    path
        A file with a JSON object per line: `id`, `question`, `answer`, `table_id`, `answer_in`
        ("table", "passage" or both), and the documents that hold the answer, `passage_docs`, each
        of whose only passage is called `<document>#p1`.

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
            gold = [frozenset({str(record["table_id"])})]
            if "table" not in record["answer_in"]:
                gold.append(frozenset(f"{name}#p1" for name in record["passage_docs"]))
            found.append(
                MultiHopQuestion(
                    record["id"],
                    record["question"],
                    tuple(gold),
                    (record["answer"],),
                    groups=tuple(record["answer_in"]),
                )
            )
        except (KeyError, TypeError) as error:
            raise bad_line(path, number, _WANTED, f"{type(error).__name__}: {error}") from error
    return tuple(found)
