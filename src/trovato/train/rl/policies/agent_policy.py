"""A causal language model that calls tools between its turns, as a policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, Trajectory, check_many
from trovato.generate.agent import Rollout, Tool
from trovato.train.rl.policies.causal_policy import CausalPolicy
from trovato.train.rl.policies.turn_end import TurnEnd
from trovato.train.rl.protocol import Example


class AgentPolicy:
    """Writes, calls tools, reads what they say, and is trained on what it wrote alone.

    A turn ends with the first action, the end of text or the policy's limit of tokens. What tools
    say goes into the trajectory as tokens outside the policy mask, so that neither loss nor
    divergence sees them, and its `trace` names each call, source and hit.

    Source: Jin et al. 2025 (Search-R1, arXiv 2503.09516) and Chen et al. 2026 (arXiv 2602.04690).

    Parameters
    ----------
    policy
        Writes; its `max_tokens` is the limit of a turn.
    tools
        Each by its own name.
    instructions
        Stand before each prompt.
    turns
        Calls at most.
    longest_observation
        Characters; more is cut.

    Raises
    ------
    InvalidInputError
        If two tools have one name, or a limit is below 1.
    """

    def __init__(
        self,
        policy: CausalPolicy,
        tools: Sequence[Tool],
        *,
        instructions: str = "",
        turns: int = 8,
        longest_observation: int = 8192,
    ) -> None:
        check_many("tools", tools)
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) < len(tools):
            raise InvalidInputError("each tool needs a name of its own: two are called the same")
        if min(turns, longest_observation) < 1:
            raise InvalidInputError(
                f"turns and longest_observation must be at least 1, got {turns} and "
                f"{longest_observation}"
            )
        self._policy, self._instructions = policy, instructions
        self._turns, self._longest = turns, longest_observation

    @property
    def module(self) -> Any:
        """The language model."""
        return self._policy.module

    def sample(
        self, examples: Sequence[Example], group: int, random: np.random.Generator
    ) -> list[Trajectory]:
        """`group` runs of each example, turn by turn together, those of one example in a row."""
        runs = [
            _Run(self._policy, one.id, self._prompt(one), self._rollout(one))
            for one in examples
            for _ in range(group)
        ]
        while open_ := [run for run in runs if run.rollout.finish is None]:
            stops = [TurnEnd(self._policy.decode, self._tools) for _ in open_]
            drawn = self._policy.draw([run.context for run in open_], random, stops)
            for run, (tokens, log_probs) in zip(open_, drawn, strict=True):
                run.take(tokens, log_probs)
        return [run.trajectory() for run in runs]

    def log_probs(self, trajectories: Sequence[Trajectory]) -> tuple[Any, Any]:
        """Log-probability of each token after the prompt, and entropy, with gradients."""
        return self._policy.log_probs(trajectories)

    def _prompt(self, example: Example) -> str:
        return f"{self._instructions}\n\n{example.prompt}" if self._instructions else example.prompt

    def _rollout(self, example: Example) -> Rollout:
        return Rollout(
            example.id,
            self._prompt(example),
            self._tools,
            turns=self._turns,
            longest_observation=self._longest,
        )


class _Run:
    """The tokens of one run beside its text."""

    def __init__(self, policy: CausalPolicy, example: str, prompt: str, rollout: Rollout) -> None:
        self._policy, self._example, self.rollout = policy, example, rollout
        self._prompt = policy.encode(prompt)
        self._tokens: list[int] = []
        self._mask: list[bool] = []
        self._log_probs: list[float] = []

    @property
    def context(self) -> np.ndarray:
        return np.concatenate([self._prompt, np.array(self._tokens, np.int64)])

    def take(self, tokens: np.ndarray, log_probs: np.ndarray) -> None:
        told = self.rollout.take(self._policy.decode(tokens), cut=False)
        read = self._policy.encode(told, special=False).tolist() if told else []
        self._tokens += [*tokens.tolist(), *read]
        self._log_probs += [*log_probs.tolist(), *[0.0] * len(read)]
        self._mask += [*[True] * len(tokens), *[False] * len(read)]

    def trajectory(self) -> Trajectory:
        trace = self.rollout.trace(sum(self._mask))
        return Trajectory(
            example=self._example,
            prompt_tokens=self._prompt,
            tokens=np.array(self._tokens, np.int64),
            policy_mask=np.array(self._mask, bool),
            log_probs=np.array(self._log_probs, np.float32),
            text=trace.text,
            finished=trace.finish == "answer",
            trace=trace,
        )
