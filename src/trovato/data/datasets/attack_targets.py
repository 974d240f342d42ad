"""Questions that an attacker wants answered his way, one JSON object per line.

`{"question": "…", "answers": ["…", …], "wrong": "…", "poisons": ["…", …]}`: right answers, the
answer that the attacker wants, and texts made to bring it through. Only the first two are needed;
`id` may name the question, and one answer may stand without a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike
from trovato.core.system.text_lines import bad_line, json_lines

_WANTED = (
    'a JSON object with "question" (text), "answers" (texts) and, where they are known, "wrong" '
    '(text) and "poisons" (texts)'
)


@dataclass(frozen=True, slots=True)
class Target:
    """A question under attack.

    Parameters
    ----------
    id
        Names the question.
    question
        In words.
    answers
        Right answers, any of which will do.
    wrong
        What the attacker wants to be answered; empty where nobody chose one.
    poisons
        Texts that say so; none where they are still to be made.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    wrong: str = ""
    poisons: tuple[str, ...] = ()


def read_targets(path: PathLike) -> tuple[Target, ...]:
    """Reads questions under attack; one without an id is named after its line, `q12`.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line is not JSON, lacks a field, or repeats an id, or there is no question at all.
    """
    path = Path(path)
    seen: dict[str, Target] = {}
    for number, record in json_lines(path, _WANTED):
        try:
            target = _target(record, number)
        except ValueError as error:
            raise bad_line(path, number, _WANTED, str(error)) from error
        if target.id in seen:
            raise bad_line(path, number, "each question id once", target.id)
        seen[target.id] = target
    if not seen:
        raise InvalidInputError(f"{path} holds no question: wanted {_WANTED} on each line")
    return tuple(seen.values())


def _target(record: dict[str, Any], number: int) -> Target:
    """The question in a line's object; a ValueError says what is wrong with it."""
    answers = record.get("answers")
    given = [answers] if isinstance(answers, str) else answers
    wrong, poisons = record.get("wrong", ""), record.get("poisons", [])
    if not isinstance(given, list) or not given or not all(_is_text(one) for one in given):
        raise ValueError(f'"answers" = {answers!r}')
    if not isinstance(wrong, str):
        raise ValueError(f'"wrong" = {wrong!r}')  # noqa: TRY004 (one kind of error for a line)
    if not isinstance(poisons, list) or not all(_is_text(one) for one in poisons):
        raise ValueError(f'"poisons" = {poisons!r}')
    if not _is_text(record.get("question")):
        raise ValueError(f'"question" = {record.get("question")!r}')
    return Target(
        str(record.get("id", f"q{number}")), record["question"], tuple(given), wrong, tuple(poisons)
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
