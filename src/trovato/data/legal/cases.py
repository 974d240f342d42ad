"""Judged cases: facts, what was charged, what was cited and pronounced."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from trovato.core import PathLike
from trovato.core.system.text_lines import bad_line, json_lines
from trovato.ops import plain_digits

_WANTED = 'a JSON object with "id", "fact", "charges" or "charge", "articles" and "term_months"'


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case and its outcome; names of people stay inside `facts`.

    Parameters
    ----------
    id
        Of the case.
    facts
        As found or alleged.
    charges
        Names of offences.
    articles
        Numbers of the articles that were cited.
    months
        The pronounced custodial term; None for life, death or none at all.
    kind
        Of the penalty, where it is told, such as 有期徒刑.
    """

    id: str
    facts: str
    charges: tuple[str, ...]
    articles: tuple[str, ...]
    months: float | None
    kind: str = ""


def read_lawbench_terms(path: PathLike) -> list[JudgedCase]:
    """Cases of LawBench's prediction of prison terms, one JSON object per line.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read.
    InvalidInputError
        If a line is of another form.
    """
    return [
        _case(Path(path), number, record, str(record.get("charges", "")).split(";"))
        for number, record in json_lines(Path(path), _WANTED)
    ]


def read_judge_cases(path: PathLike) -> list[JudgedCase]:
    """Cases cut out of JuDGE's judgments, one JSON object per line.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read.
    InvalidInputError
        If a line is of another form.
    """
    return [
        _case(Path(path), number, record, [str(record.get("charge") or "")])
        for number, record in json_lines(Path(path), _WANTED)
    ]


def _case(path: Path, number: int, record: dict[str, object], charges: list[str]) -> JudgedCase:
    cited = record.get("articles", [])
    if isinstance(cited, str):
        cited = re.findall(r"\d+", plain_digits(cited))
    facts, months = record.get("fact"), record.get("term_months")
    if (
        not isinstance(facts, str)
        or not isinstance(cited, list)
        or not isinstance(months, int | float | None)
    ):
        raise bad_line(path, number, _WANTED, str(record)[:80])
    return JudgedCase(
        str(record.get("id", number)),
        facts,
        tuple(charge.strip() for charge in charges if charge.strip()),
        tuple(str(article) for article in cited),
        None if months is None else float(months),
        str(record.get("kind") or ""),
    )
