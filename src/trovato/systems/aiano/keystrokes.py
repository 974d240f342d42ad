"""How long an expert's hands take, by the keystroke-level model.

Source: Card, Moran and Newell, "The keystroke-level model for user performance time with
interactive systems", 1980.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trovato.core import InvalidInputError

# Seconds: key, pointing, mouse button pressed and released, hand to another device, deciding.
OPERATORS: Mapping[str, float] = {"K": 0.28, "P": 1.10, "B": 0.20, "H": 0.40, "M": 1.20}


@dataclass(frozen=True, slots=True)
class Flow:
    """The seconds of a way to work: before, for each relevant document, and after.

    Reading and waiting are not in it.
    """

    before: float
    relevant: float
    not_relevant: float
    after: float

    def seconds(self, relevant: float, not_relevant: float = 0.0) -> float:
        """For one question with so many documents."""
        return (
            self.before + self.relevant * relevant + self.not_relevant * not_relevant + self.after
        )


# Counted in the released program, which has no way to say that a document is not relevant. The
# answer's draft (5.5 s, of which 3 are waiting) is left out: it is about writing.
AIANO_FLOW = Flow(before=2.3, relevant=12.8, not_relevant=0.0, after=2.5)


def klm_seconds(operators: str) -> float:
    """The time of operators in order, such as "MK" for deciding and pressing a key.

    Raises
    ------
    InvalidInputError
        If a letter is no operator.
    """
    unknown = set(operators) - OPERATORS.keys()
    if unknown:
        raise InvalidInputError(f"operators are {', '.join(OPERATORS)}, got {sorted(unknown)}")
    return sum(OPERATORS[one] for one in operators)


def reproduce(
    ours: Flow, relevant: float = 2.25, not_relevant: float = 4.0
) -> list[tuple[str, float]]:
    """Hands' time for one question of the study's kind: AIANO's way, and ours with negatives.

    Parameters
    ----------
    ours
        As counted from a browser's events.
    relevant
        Documents with evidence; the mean of the study's questions.
    not_relevant
        Documents that are explicitly graded 0, in ours alone.
    """
    return [
        ("AIANO, no negatives", AIANO_FLOW.seconds(relevant)),
        ("trovato, no negatives", ours.seconds(relevant)),
        (f"trovato, {not_relevant:g} negatives", ours.seconds(relevant, not_relevant)),
    ]
