"""The loop between a language model and its tools."""

from __future__ import annotations

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
from trovato.generate.agent.rollout import Rollout
from trovato.generate.agent.tools import Tool


class Agent:
    """Lets a model call one tool a turn until it answers.

    What a tool says stands in `<information>` tags and is an observation; a model that writes that
    tag itself has forged one (see `trovato.evaluate.rewards`). Zero temperature makes a run
    repeatable.

    The rules of a turn are those of `Rollout`.

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
        prompt = f"{self._instructions}\n\n{task}\n"
        rollout = Rollout(
            id,
            prompt,
            self._tools,
            turns=self._turns,
            longest_observation=self._longest,
            on_step=on_step,
        )
        tokens = 0
        while rollout.finish is None and tokens < self._max_tokens:
            context = Prompt.of(f"{task}\n{rollout.text}", [], self._instructions)
            limits = replace(decoding, max_tokens=min(self._max_tokens - tokens, self._turn_tokens))
            (completion,) = self._model.complete([context], limits)
            tokens += completion.tokens
            rollout.take(completion.text)
        return rollout.trace(tokens)
