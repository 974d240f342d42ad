"""How a walk came to what it found."""

from __future__ import annotations

from dataclasses import dataclass

from trovato.core.records.evidence import Evidence


@dataclass(frozen=True, slots=True)
class PathStep:
    """One place on the way, and what of the question it met.

    Parameters
    ----------
    item
        Id of the item, such as a row.
    component
        Id of the component that it is a part of; its own where it is a whole one.
    text
        Its words.
    score
        What it meets of the question by itself.
    link
        The words of the link that led here from the step before, or a name that both tell; "" at
        the first step, and where
        both are parts of one document.
    met
        The parts of the question that it meets best of all steps, best first.
    """

    item: str
    component: str
    text: str
    score: float
    link: str = ""
    met: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class PathEvidence(Evidence):
    """The steps that led to an item, the one that it is or holds among them.

    Parameters
    ----------
    steps
        First what the question itself found, then what that is linked to.
    subqueries
        The questions that were asked.
    """

    steps: tuple[PathStep, ...] = ()
    subqueries: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"PathEvidence({' → '.join(step.item for step in self.steps)})"
