"""An explanation that is never shown unverified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trovato.core import Signal
from trovato.generate.explanations.compose import compose
from trovato.generate.explanations.verify import Verification, verify
from trovato.generate.explanations.wording import Wording

# Writes a text about an item from its signals, as a language model does.
ExplanationWriter = Callable[[Sequence[Signal]], str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A text whose claims all hold.

    Parameters
    ----------
    text
        Two or three sentences.
    source
        "template", or "model" where a writer's own text was accepted.
    verification
        Of the text.
    rejected
        Texts of the writer that were not.
    """

    text: str
    source: str
    verification: Verification
    rejected: tuple[str, ...] = ()


def explain_forecast(
    signals: Sequence[Signal],
    wording: Wording = Wording(),
    writer: ExplanationWriter | None = None,
    attempts: int = 2,
) -> Explanation:
    """Explain a forecast from its signals.

    Parameters
    ----------
    signals
        Of one item, with its forecast.
    wording
        What is counted.
    writer
        Asked first. A text with a claim that does not hold, or that cannot be checked, is not
        shown: after `attempts` such texts a template is filled in.
    attempts
        How often it is asked.
    """
    rejected: list[str] = []
    for _ in range(attempts if writer else 0):
        text = writer(signals) if writer else ""
        found = verify(text, signals, wording)
        if found.accepted:
            return Explanation(text, "model", found, tuple(rejected))
        rejected.append(text)
    text = compose(signals, wording)
    return Explanation(text, "template", verify(text, signals, wording), tuple(rejected))
