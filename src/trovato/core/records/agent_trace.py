"""What an agent wrote and what its tools answered, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from trovato.core.errors import InvalidInputError
from trovato.core.shapes import Bool

AgentFinish = Literal["answer", "turns", "budget"]


@dataclass(frozen=True, slots=True)
class AgentStep:
    """One step.

    Parameters
    ----------
    by
        "policy" for what the model wrote, "observation" for what its environment put in.
    text
        As it stands in the context.
    tool
        That was called; empty for reasoning and answers.
    source
        Kind of source that was searched.
    hits
        Ids of the items that came back, best first.
    """

    by: Literal["policy", "observation"]
    text: str
    tool: str = ""
    source: str = ""
    hits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentTrace:
    """A whole run: replayable, and good for judging and training.

    Parameters
    ----------
    id
        Of the task.
    prompt
        What the model read at first.
    steps
        In order.
    answer
        Of the model's last answer tag outside observations; empty without one.
    finish
        Why it ended: an answer, no turn left, or no token left.
    tokens
        That the model wrote.
    rewards
        Parts by name.
    """

    id: str
    prompt: str
    steps: tuple[AgentStep, ...]
    answer: str = ""
    finish: AgentFinish = "answer"
    tokens: int = 0
    rewards: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that follows the prompt."""
        return "".join(step.text for step in self.steps)

    @property
    def policy_text(self) -> str:
        """What the model wrote, with a line end in place of each observation."""
        return "".join(step.text if step.by == "policy" else "\n" for step in self.steps)

    def policy_mask(self, offsets: Sequence[tuple[int, int]]) -> Bool[np.ndarray, " tokens"]:
        """Which tokens the model wrote: those that lie in its steps with all their characters.

        Parameters
        ----------
        offsets
            First and last character (exclusive) of each token of `text`.
        """
        wrote = np.repeat(
            [step.by == "policy" for step in self.steps], [len(step.text) for step in self.steps]
        )
        return np.array(
            [bool(wrote[start:end].all()) and end > start for start, end in offsets], bool
        )

    def to_json(self) -> dict[str, Any]:
        """A record that `of_json` reads back."""
        return asdict(self)

    @staticmethod
    def of_json(record: Mapping[str, Any]) -> AgentTrace:
        """What `to_json` made.

        Raises
        ------
        InvalidInputError
            If a field is absent or has another type.
        """
        try:
            steps = tuple(
                AgentStep(**{**step, "hits": tuple(step["hits"])}) for step in record["steps"]
            )
            return AgentTrace(**{**record, "steps": steps})
        except (KeyError, TypeError) as error:
            raise InvalidInputError(
                f"a trace has the fields of AgentTrace.to_json, got {record!r:.100} ({error})"
            ) from error
