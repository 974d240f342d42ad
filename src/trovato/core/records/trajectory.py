"""What a policy did with one prompt: its tokens, which of them it chose, and its rewards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trovato.core.errors import InvalidInputError
from trovato.core.records.agent_trace import AgentTrace
from trovato.core.shapes import Bool, Float32, Int64


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """One rollout.

    Parameters
    ----------
    example
        Id of what it was prompted with.
    prompt_tokens
        What the policy read at first.
    tokens
        What followed: written by the policy, or put in by its environment, such as search results.
    policy_mask
        Which of `tokens` the policy wrote. Only those are learnt from: observations are not.
    log_probs
        Natural logarithm of the probability with which each of `tokens` was drawn; 0 for
        observations.
    text
        What the reward functions read.
    finished
        Whether the policy ended by itself, and not at the limit of tokens.
    rewards
        By the name of each reward function.
    reward
        Their weighted sum; nan until it is judged.
    trace
        What was written and told step by step, where the policy called tools.

    Raises
    ------
    InvalidInputError
        If tokens, mask and probabilities differ in length.
    """

    example: str
    prompt_tokens: Int64[np.ndarray, " prompt"]
    tokens: Int64[np.ndarray, " tokens"]
    policy_mask: Bool[np.ndarray, " tokens"]
    log_probs: Float32[np.ndarray, " tokens"]
    text: str = ""
    finished: bool = True
    rewards: Mapping[str, float] = field(default_factory=dict)
    reward: float = float("nan")
    trace: AgentTrace | None = None

    def __post_init__(self) -> None:
        lengths = {len(self.tokens), len(self.policy_mask), len(self.log_probs)}
        if len(lengths) > 1:
            raise InvalidInputError(
                f"a trajectory has a mask and a probability for each of its {len(self.tokens)} "
                f"tokens, got {len(self.policy_mask)} and {len(self.log_probs)}"
            )

    def to_json(self) -> dict[str, Any]:
        """A record that `of_json` reads back."""
        steps = {"trace": self.trace.to_json()} if self.trace else {}
        return {
            "example": self.example,
            "reward": self.reward,
            "rewards": dict(self.rewards),
            "text": self.text,
            "finished": self.finished,
            "prompt_tokens": self.prompt_tokens.tolist(),
            "tokens": self.tokens.tolist(),
            "policy_mask": self.policy_mask.astype(int).tolist(),
            "log_probs": self.log_probs.tolist(),
            **steps,
        }

    @staticmethod
    def of_json(record: Mapping[str, Any]) -> Trajectory:
        """What `to_json` made.

        Raises
        ------
        InvalidInputError
            If a field is absent or has another type.
        """
        try:
            return Trajectory(
                record["example"],
                np.array(record["prompt_tokens"], np.int64),
                np.array(record["tokens"], np.int64),
                np.array(record["policy_mask"], bool),
                np.array(record["log_probs"], np.float32),
                record["text"],
                record["finished"],
                record["rewards"],
                record["reward"],
                AgentTrace.of_json(record["trace"]) if "trace" in record else None,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(
                f"a trajectory has the fields of Trajectory.to_json, got {record!r:.100} ({error})"
            ) from error
