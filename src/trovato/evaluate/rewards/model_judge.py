"""A language model as a judge of the factors that an agent listed."""

from __future__ import annotations

from collections.abc import Sequence

from trovato.core import Decoding, LanguageModel, Prompt, check_many
from trovato.evaluate.rewards.process import parse_judge_score

RUBRIC = (
    "You mark how well a list of sentencing factors is borne out by the facts of a case. Start "
    "from a band: 9-10 nearly all factors follow from the facts in one or two steps and none of "
    "weight is missing; 7-8 most of them do; 5-6 about half lack a point that the law asks for; "
    "3-4 few have any support; 0-2 the main ones are invented or the facts speak against them. "
    "Inside a band take 1 or 2 off for factors that are mere labels, 3 to 5 for one that the facts "
    "contradict, 1 to 3 for guesses, 1 to 3 for factors that contradict each other. Do not punish "
    "a sound inference. Answer with one whole number from 0 to 10 and nothing else."
)


class FactorJudge:
    """Marks lists of factors by a rubric; the same question is asked once.

    Source: Chen et al. 2026 (arXiv 2602.04690), whose judge is a model four times as large as the
    policy; the words of the rubric are ours.

    Parameters
    ----------
    model
        Judges, at zero temperature.
    rubric
        Stands before the facts and the list.
    """

    def __init__(self, model: LanguageModel, rubric: str = RUBRIC) -> None:
        self._model = model
        self._rubric = rubric
        self._marks: dict[tuple[str, tuple[str, ...]], float] = {}

    def __call__(self, facts: str, listed: Sequence[str] | None) -> float:
        """A mark of 0…1; 0 without a list, and where the model says no number.

        Parameters
        ----------
        facts
            Of the case.
        listed
            Names of factors; None where the agent gave no list.

        Raises
        ------
        ModelUnavailableError
            If the model cannot be asked.
        """
        if listed is None:
            return 0.0
        check_many("listed", listed)
        key = (facts, tuple(listed))
        if key not in self._marks:
            asked = f"{facts}\n\nFactors: {'; '.join(listed) or 'none'}\n\nMark:"
            prompt = Prompt.of(asked, [], self._rubric)
            (said,) = self._model.complete([prompt], Decoding(max_tokens=8))
            self._marks[key] = parse_judge_score(said.text)
        return self._marks[key]
