"""Targeted questions of PoisonedRAG (Zou et al. 2024, arXiv 2402.07867): `nq.json` and the like.

One JSON object: by question id, `question`, `correct answer`, `incorrect answer`, and `adv_texts`,
texts that a language model wrote so that the incorrect answer follows from them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, UnreadableFileError
from trovato.data.datasets.attack_targets import Target

_TEXTS = ("question", "correct answer", "incorrect answer")


@dataclass(frozen=True, slots=True)
class PoisonFacts:
    """What adversarial texts really hold; letters are compared without their case.

    Parameters
    ----------
    questions, texts
        How many there are.
    wrong, right, both
        Texts that hold the wrong answer, a right one, and both.
    opens_with_question
        Texts that begin with the question, as in-corpus attacks do.
    """

    questions: int
    texts: int
    wrong: int
    right: int
    both: int
    opens_with_question: int

    def __str__(self) -> str:
        return (
            f"{self.questions} questions, {self.texts} adversarial texts: {self.wrong} hold the "
            f"wrong answer, {self.right} a right one, {self.both} both; "
            f"{self.opens_with_question} begin with the question"
        )


def read_poisoned_rag(path: PathLike) -> tuple[Target, ...]:
    """Reads the questions with their adversarial texts, in the file's order.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If it is not such a JSON object; the message names the question.
    """
    path = Path(path)
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict) or not found:
        raise InvalidInputError(f"{path}: wanted an object with one entry per question")
    return tuple(_target(path, name, record) for name, record in found.items())


def poison_facts(targets: Sequence[Target]) -> PoisonFacts:
    """Counts what the adversarial texts hold."""
    pairs = [(target, text.casefold()) for target in targets for text in target.poisons]
    wrong = [target.wrong.casefold() in text for target, text in pairs]
    right = [any(gold.casefold() in text for gold in target.answers) for target, text in pairs]
    return PoisonFacts(
        questions=len(targets),
        texts=len(pairs),
        wrong=sum(wrong),
        right=sum(right),
        both=sum(a and b for a, b in zip(wrong, right, strict=True)),
        opens_with_question=sum(
            text.startswith(target.question.casefold()) for target, text in pairs
        ),
    )


def _target(path: Path, name: str, record: Any) -> Target:
    if not isinstance(record, dict):
        raise InvalidInputError(f"{path}, question {name!r}: wanted an object, got {record!r:.60}")
    for field in _TEXTS:
        got = record.get(field)
        if not _is_text(got):
            raise InvalidInputError(
                f'{path}, question {name!r}: wanted text in "{field}", got {got!r:.60}'
            )
    texts = record.get("adv_texts")
    if not isinstance(texts, list) or not texts or not all(_is_text(text) for text in texts):
        raise InvalidInputError(
            f'{path}, question {name!r}: wanted texts in "adv_texts", got {texts!r:.60}'
        )
    question, right, wrong = (record[field] for field in _TEXTS)
    return Target(name, question, (right,), wrong, tuple(texts))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
