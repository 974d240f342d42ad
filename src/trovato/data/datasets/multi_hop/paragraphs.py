"""Multi-hop questions over paragraphs: MuSiQue, HotpotQA and 2WikiMultihopQA.

A MuSiQue question has `paragraphs`, of which some are supporting, and a decomposition. One of the
other two has `context`, a list of titles with their sentences, and `supporting_facts`.
Sources: Trivedi et al. 2022, Yang et al. 2018, Ho et al. 2020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trovato.core import Item, PathLike
from trovato.data.datasets.multi_hop.json_file import bad_entry, json_list
from trovato.data.datasets.multi_hop.question import MultiHopQuestion

_CORPUS = 'a list of objects with "title" and "text"'
_QUESTIONS = (
    'a list of objects with "question", and either "id" and "paragraphs" (MuSiQue), or "_id", '
    '"context" and "supporting_facts" (HotpotQA, 2WikiMultihopQA)'
)


def paragraph_text(title: str, text: str) -> str:
    """What stands for a paragraph: its title in a line, then its words."""
    return f"{title}\n{text}"


def read_paragraphs(path: PathLike) -> tuple[Item, ...]:
    """The paragraphs of a corpus file, each equal one once; the text begins with the title.

    They are called `<title>#<n>`, where n counts the paragraphs of that title from 1.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If it is no such list; the message names the entry.
    """
    path = Path(path)
    texts: dict[tuple[str, str], None] = {}
    for number, entry in enumerate(json_list(path, _CORPUS), start=1):
        try:
            texts[entry["title"], entry["text"]] = None
        except (KeyError, TypeError) as error:
            raise bad_entry(path, number, _CORPUS, error) from error
    seen: dict[str, int] = {}
    items = []
    for title, text in texts:
        seen[title] = seen.get(title, 0) + 1
        items.append(
            Item(
                f"{title}#{seen[title]}",
                "paragraph",
                paragraph_text(title, text),
                attributes={"title": title},
            )
        )
    return tuple(items)


def read_paragraph_questions(
    path: PathLike, corpus: tuple[Item, ...]
) -> tuple[MultiHopQuestion, ...]:
    """Questions with the paragraphs of the corpus that each needs.

    Parameters
    ----------
    path
        A JSON list in any of the three forms.
    corpus
        What `read_paragraphs` gave.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If it is no such list, or a paragraph is not in the corpus; the message names the entry.
    """
    path = Path(path)
    ids = {item.text: item.id for item in corpus}
    found = []
    for number, entry in enumerate(json_list(path, _QUESTIONS), start=1):
        try:
            gold = dict.fromkeys(ids[text] for text in _supporting(entry))
            steps = entry.get("question_decomposition") or ()
            found.append(
                MultiHopQuestion(
                    str(entry["id"] if "id" in entry else entry["_id"]),
                    entry["question"],
                    tuple(frozenset({name}) for name in gold),
                    (str(entry.get("answer", "")),),
                    tuple(step["question"] for step in steps),
                    (f"{len(gold)} hops",),
                )
            )
        except (KeyError, TypeError) as error:
            raise bad_entry(path, number, _QUESTIONS, error) from error
    return tuple(found)


def _supporting(entry: dict[str, Any]) -> Iterator[str]:
    """The texts of the supporting paragraphs."""
    if "paragraphs" in entry:
        for one in entry["paragraphs"]:
            if one["is_supporting"]:
                yield paragraph_text(one["title"], one["paragraph_text"])
        return
    titles = {title for title, _ in entry["supporting_facts"]}
    for title, told in entry["context"]:
        if title in titles:
            yield paragraph_text(title, re.sub(r"\s+", " ", "".join(told)).strip())
