"""TAT-QA: a table of a company's report, the paragraphs beside it, and questions on both.

Source: Zhu et al. 2021 (TAT-QA: a question answering benchmark on a hybrid of tabular and textual
content in finance).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trovato.core import Item, PathLike
from trovato.data.components import Cell, paragraph_items, table_items
from trovato.data.datasets.multi_hop.json_file import bad_entry, json_list
from trovato.data.datasets.multi_hop.question import MultiHopQuestion

_WANTED = 'a list of objects with "table", "paragraphs" and "questions"'


def read_tat_qa(path: PathLike) -> tuple[tuple[Item, ...], tuple[MultiHopQuestion, ...]]:
    """Documents with their components, and the questions with what each needs.

    A document is called as its table, with `doc:` in front. A question needs its table, where that
    gives the answer, and the paragraphs that do; "table", "text" or "table-text" is its group.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If it is no such list; the message names the entry.
    """
    path = Path(path)
    items: list[Item] = []
    questions: list[MultiHopQuestion] = []
    for number, entry in enumerate(json_list(path, _WANTED), start=1):
        try:
            items += _items(entry)
            questions += _questions(entry)
        except (KeyError, TypeError, AttributeError) as error:
            raise bad_entry(path, number, _WANTED, error) from error
    return tuple(items), tuple(questions)


def _items(entry: dict[str, Any]) -> Iterator[Item]:
    table = entry["table"]["uid"]
    name = f"doc:{table}"
    yield Item(name, "document")
    header, rows = _header(entry["table"]["table"])
    yield from table_items(table, header, rows, parent=name)
    for order, paragraph in enumerate(entry["paragraphs"], start=1):
        yield from paragraph_items(paragraph["uid"], paragraph["text"], parent=name, order=order)


def _header(lines: list[list[str]]) -> tuple[list[Cell], list[list[Cell]]]:
    """The lines before the first that has a name and a number in it are heads, joined by column."""
    cells = [[Cell(" ".join(text.split())) for text in line] for line in lines]
    first = next(
        (at for at, line in enumerate(lines) if at and line[0].strip() and any(line[1:])), 1
    )
    heads = [
        Cell(" ".join(dict.fromkeys(cell.text for cell in column if cell.text)))
        for column in zip(*cells[:first], strict=True)
    ]
    return heads, cells[first:]


def _questions(entry: dict[str, Any]) -> Iterator[MultiHopQuestion]:
    by_order = {str(one["order"]): one["uid"] for one in entry["paragraphs"]}
    for question in entry["questions"]:
        source = question["answer_from"]
        gold = [entry["table"]["uid"]] if "table" in source else []
        gold += [by_order[order] for order in question["rel_paragraphs"]]
        answer = question["answer"]
        yield MultiHopQuestion(
            question["uid"],
            question["question"],
            tuple(frozenset({name}) for name in gold),
            tuple(map(str, answer if isinstance(answer, list) else [answer])),
            groups=(source,),
        )
