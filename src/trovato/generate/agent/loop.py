"""The loop between a language model and its tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from trovato.core import (
    AgentStep,
    AgentTrace,
    Decoding,
    InvalidInputError,
    LanguageModel,
    Prompt,
    check_many,
    no_progress,
)
from trovato.generate.agent.actions import Action, parse_action
from trovato.generate.agent.tools import Observation, Tool

_CORRECTION = (
    "\nThat was no action. Put a call into the tag of a tool, or the result into "
    "<answer>…</answer>, and go on.\n"
)
_FRAME = re.compile(r"</?information\b[^>]*>", re.IGNORECASE)
_LAST = "\nNo call is left. Put the result into <answer>…</answer>.\n"


class Agent:
    """Lets a model call one tool a turn until it answers.

    What a tool says stands in `<information>` tags and is an observation; a model that writes that
    tag itself has forged one (see `trovato.evaluate.rewards`). Zero temperature makes a run
    repeatable.

    Source of the loop: Jin et al. 2025 (Search-R1, arXiv 2503.09516) and Chen et al. 2026
    (arXiv 2602.04690): the text is cut after the first action; what is none is answered by a
    correction; when no turn is left there is one more to answer in, without calls.

    Parameters
    ----------
    model
        Writes.
    tools
        Each by its own name.
    instructions
        What the task is and how to go about it; the tools' help follows.
    turns
        Calls at most.
    max_tokens
        That the model may write in all.
    turn_tokens
        That it may write in one turn.
    longest_observation
        Characters; more is cut.

    Raises
    ------
    InvalidInputError
        If two tools have one name, or a limit is below 1.
    """

    def __init__(
        self,
        model: LanguageModel,
        tools: Sequence[Tool],
        *,
        instructions: str,
        turns: int = 8,
        max_tokens: int = 8192,
        turn_tokens: int = 1024,
        longest_observation: int = 8192,
    ) -> None:
        check_many("tools", tools)
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) < len(tools):
            raise InvalidInputError("each tool needs a name of its own: two are called the same")
        if min(turns, max_tokens, turn_tokens, longest_observation) < 1:
            raise InvalidInputError(
                "turns, max_tokens, turn_tokens and longest_observation must be at least 1"
            )
        self._model = model
        helps = "\n".join(tool.help for tool in tools)
        self._instructions = f"{instructions}\n\n{helps}\n<answer>…</answer>"
        self._turns = turns
        self._max_tokens = max_tokens
        self._turn_tokens = turn_tokens
        self._longest = longest_observation

    def run(
        self,
        task: str,
        *,
        id: str = "",  # noqa: A002 (the word of all records)
        decoding: Decoding = Decoding(),
        on_step: Callable[[AgentStep], None] = no_progress,
    ) -> AgentTrace:
        """Work on one task until an answer, or until turns or tokens are used up.

        Parameters
        ----------
        task
            Such as the facts of a case.
        id
            Names it in traces.
        decoding
            How words are chosen; its `max_tokens` is replaced by the agent's limits.
        on_step
            Told each step as it ends.
        """
        steps: list[AgentStep] = []
        tokens = 0

        def add(step: AgentStep) -> None:
            steps.append(step)
            on_step(step)

        def trace(finish: str, answer: str = "") -> AgentTrace:
            return AgentTrace(id, prompt, tuple(steps), answer, finish, tokens)  # type: ignore[arg-type]

        prompt = f"{self._instructions}\n\n{task}\n"
        for turn in range(self._turns + 1):
            left = self._max_tokens - tokens
            if left < 1:
                return trace("budget")
            last = turn == self._turns
            if last:
                add(AgentStep("observation", _LAST))
            said = "".join(step.text for step in steps)
            context = Prompt.of(f"{task}\n{said}", [], self._instructions)
            limits = replace(decoding, max_tokens=min(left, self._turn_tokens))
            (completion,) = self._model.complete([context], limits)
            tokens += completion.tokens
            action = parse_action(completion.text, () if last else self._tools)
            written = completion.text[: action.end] if action else completion.text
            if action is None:
                add(AgentStep("policy", written))
                if not last:
                    add(AgentStep("observation", _CORRECTION))
            elif action.name == "answer":
                add(AgentStep("policy", written))
                return trace("answer", action.text)
            else:
                add(AgentStep("policy", written, action.name, action.argument))
                add(self._observed(action))
        return trace("turns")

    def _observed(self, action: Action) -> AgentStep:
        found: Observation = self._tools[action.name].call(action.text, action.argument)
        # A document must not end its own frame.
        harmless = _FRAME.sub("", found.text)[: self._longest]
        text = f"\n<information>{harmless}</information>\n"
        return AgentStep("observation", text, action.name, action.argument, found.hits)
