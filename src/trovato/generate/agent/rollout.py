"""One run of an agent, turn by turn: what the model wrote goes in, what it is told comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from trovato.core import AgentFinish, AgentStep, AgentTrace, no_progress
from trovato.generate.agent.actions import Action, parse_action
from trovato.generate.agent.tools import Tool

_CORRECTION = (
    "\nThat was no action. Put a call into the tag of a tool, or the result into "
    "<answer>…</answer>, and go on.\n"
)
_FRAME = re.compile(r"</?information\b[^>]*>", re.IGNORECASE)
_LAST = "\nNo call is left. Put the result into <answer>…</answer>.\n"


class Rollout:
    """The rules of the loop, whoever writes: a model asked for text, or a policy that is trained.

    A text is read up to its first action. What a tool says stands in `<information>` tags; what is
    no action is answered by a correction; when no turn is left there is one more to answer in,
    without calls.

    Source: Jin et al. 2025 (Search-R1, arXiv 2503.09516) and Chen et al. 2026 (arXiv 2602.04690).

    Parameters
    ----------
    id
        Of the task.
    prompt
        What the model read at first.
    tools
        By name.
    turns
        Calls at most.
    longest_observation
        Characters; more is cut.
    on_step
        Told each step as it ends.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 (the word of all records)
        prompt: str,
        tools: Mapping[str, Tool],
        *,
        turns: int,
        longest_observation: int = 8192,
        on_step: Callable[[AgentStep], None] = no_progress,
    ) -> None:
        self._id = id
        self._prompt = prompt
        self._tools = tools
        self._turns = turns
        self._longest = longest_observation
        self._on_step = on_step
        self._steps: list[AgentStep] = []
        self._answer = ""
        self._taken = 0
        self.finish: AgentFinish | None = None

    @property
    def text(self) -> str:
        """All that follows the prompt."""
        return "".join(step.text for step in self._steps)

    def take(self, written: str, *, cut: bool = True) -> str:
        """Read what the model wrote in a turn; what it is told, empty where the run has ended.

        Parameters
        ----------
        written
            The turn.
        cut
            Whether what stands behind the first action is dropped. It cannot be where the tokens
            are those of a policy.
        """
        before = len(self._steps)
        last = self._taken == self._turns
        self._taken += 1
        action = parse_action(written, () if last else self._tools)
        kept = written[: action.end] if action and cut else written
        if action is None:
            self._add(AgentStep("policy", kept))
            if not last:
                self._add(AgentStep("observation", _CORRECTION))
        elif action.name == "answer":
            self._add(AgentStep("policy", kept))
            self._answer, self.finish = action.text, "answer"
        else:
            self._add(AgentStep("policy", kept, action.name, action.argument))
            self._add(self._observed(action))
        if last and self.finish is None:
            self.finish = "turns"
        elif self._taken == self._turns and self.finish is None:
            self._add(AgentStep("observation", _LAST))
        return "".join(step.text for step in self._steps[before + 1 :])

    def trace(self, tokens: int) -> AgentTrace:
        """The run so far; one that has not ended ran out of its budget.

        Parameters
        ----------
        tokens
            That the model wrote.
        """
        finish = self.finish or "budget"
        return AgentTrace(self._id, self._prompt, tuple(self._steps), self._answer, finish, tokens)

    def _add(self, step: AgentStep) -> None:
        self._steps.append(step)
        self._on_step(step)

    def _observed(self, action: Action) -> AgentStep:
        found = self._tools[action.name].call(action.text, action.argument)
        # A document must not end its own frame.
        harmless = _FRAME.sub("", found.text)[: self._longest]
        text = f"\n<information>{harmless}</information>\n"
        return AgentStep("observation", text, action.name, action.argument, found.hits)
