"""What an attack is: texts that bring a wrong answer through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, generator


@dataclass(frozen=True, slots=True)
class Case:
    """A question under attack, and what the attacker knows.

    Parameters
    ----------
    id
        Names the question; draws depend on it.
    question, answers, wrong
        In words; the right answers; what the attacker wants to be answered.
    documents
        Texts that are retrieved without the attack, best first.
    pool
        Adversarial texts made beforehand; where there are none, plain statements stand in.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    wrong: str
    documents: tuple[str, ...] = ()
    pool: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Poison:
    """A poisoned document: its text, and the attack that made it."""

    text: str
    kind: str


# Writes so many texts for a case, drawing from this generator alone.
Write = Callable[[Case, int, np.random.Generator], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Attack:
    """A named way to write poisoned documents; the same case and seed give the same texts.

    Parameters
    ----------
    name
        As the command line and reports call it.
    write
        Writes the texts.
    without_gold
        The attack is on a set from which documents that hold a right answer are missing.
    """

    name: str
    write: Write
    without_gold: bool = False

    def poison(self, case: Case, count: int, seed: int) -> list[Poison]:
        """The poisoned documents for a case.

        Raises
        ------
        InvalidInputError
            If `count` is below 1, the wrong answer is blank, or there are not enough texts to
            choose from.
        """
        if count < 1:
            raise InvalidInputError(f"an attack needs at least one document, got {count}")
        if not case.wrong.strip():
            raise InvalidInputError(f"question {case.id!r} has no wrong answer to bring through")
        texts = self.write(case, count, generator(seed, f"{self.name} {case.id}"))
        return [Poison(text, self.name) for text in texts]
