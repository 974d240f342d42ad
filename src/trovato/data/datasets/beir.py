"""A BEIR folder: corpus.jsonl, queries.jsonl and qrels/<split>.tsv."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trovato.core import Item, PathLike, UnreadableFileError
from trovato.core.system.text_lines import bad_line, json_lines, numbered_lines

_CORPUS = 'a JSON object with "_id" and "text", both text, and perhaps "title"'
_QUERIES = 'a JSON object with "_id" and "text", both text'
_QRELS = "3 columns with tabs between: query-id, corpus-id, score (a whole number)"


@dataclass(frozen=True, slots=True, init=False)
class BeirFolder:
    """A test collection in the layout of the BEIR benchmark.

    Parameters
    ----------
    path
        The folder that holds `corpus.jsonl`.

    Raises
    ------
    UnreadableFileError
        If a file is absent or not UTF-8 (raised when it is read).
    InvalidInputError
        If a line cannot be used; the message names it (raised when it is read).
    """

    path: Path

    def __init__(self, path: PathLike) -> None:
        object.__setattr__(self, "path", Path(path))

    def items(self) -> Iterator[Item]:
        """The documents, read one at a time: title and text make the text of the item."""
        for _, record in _records(self.path / "corpus.jsonl", _CORPUS):
            title = str(record.get("title") or "")
            text = f"{title}\n{record['text']}" if title else record["text"]
            yield Item(record["_id"], "text", text, attributes={"title": title} if title else {})

    def queries(self) -> dict[str, str]:
        """The text of each query of all splits, by its id."""
        path = self.path / "queries.jsonl"
        texts: dict[str, str] = {}
        for number, record in _records(path, _QUERIES):
            if record["_id"] in texts:
                raise bad_line(path, number, "each query id once", record["_id"])
            texts[record["_id"]] = record["text"]
        return texts

    def splits(self) -> list[str]:
        """Names of the splits that have judgements, sorted."""
        return sorted(file.stem for file in (self.path / "qrels").glob("*.tsv"))

    def grades(self, split: str = "test") -> dict[str, dict[str, int]]:
        """Grade by document id, by query id, in one split."""
        if split not in self.splits():
            raise UnreadableFileError(
                f"{self.path} has no judgements for {split!r}; it has {self.splits() or 'none'}"
            )
        path = self.path / "qrels" / f"{split}.tsv"
        lines = numbered_lines(path)
        number, head = next(lines, (1, ""))
        if len(head.split("\t")) != 3 or _is_whole(head.split("\t")[2]):
            raise bad_line(path, number, f"a line of column heads above {_QRELS}", head)
        grades: dict[str, dict[str, int]] = {}
        for number, line in lines:
            columns = [column.strip() for column in line.split("\t")]
            if len(columns) != 3 or not _is_whole(columns[2]):
                raise bad_line(path, number, _QRELS, line)
            query, document, score = columns
            judged = grades.setdefault(query, {})
            if document in judged:
                raise bad_line(path, number, f"each document once per query ({query})", document)
            judged[document] = int(score)
        return grades


def _is_whole(text: str) -> bool:
    return re.fullmatch(r"\s*[+-]?\d+\s*", text) is not None


def _records(path: Path, wanted: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line's object and number, once "_id" and "text" are known to be text."""
    for number, record in json_lines(path, wanted):
        for field in ("_id", "text"):
            if not isinstance(record.get(field), str):
                raise bad_line(path, number, wanted, f"{field!r} = {record.get(field)!r}")
        yield number, record
