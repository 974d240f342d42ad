"""A tiny policy for tests of training by reinforcement: it reads numbers and answers with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trovato.core import Trajectory


class OneTokenPolicy:
    """A network with one hidden layer over the embeddings of a prompt's numbers.

    Parameters
    ----------
    tokens
        Numbers that may stand in a prompt or be an answer: 0 … `tokens` − 1.
    length
        Numbers of a prompt, written with spaces between them.
    dim, hidden
        Components of an embedding, and of the hidden layer.
    seed
        Of the weights.
    """

    def __init__(
        self, tokens: int, length: int, dim: int = 16, hidden: int = 64, seed: int = 0
    ) -> None:
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.module = torch.nn.Sequential(
                torch.nn.Embedding(tokens, dim),
                torch.nn.Flatten(),
                torch.nn.Linear(length * dim, hidden),
                torch.nn.ReLU(),
                torch.nn.Linear(hidden, tokens),
            )

    def chances(self, prompts: Sequence[str]) -> Any:
        """Log-probability of each answer, a tensor `(prompts, tokens)`."""
        import torch

        read = torch.tensor([[int(word) for word in one.split()] for one in prompts])
        return torch.log_softmax(self.module(read), 1)

    def sample(
        self, examples: Sequence[Any], group: int, random: np.random.Generator
    ) -> list[Trajectory]:
        """`group` answers to each example."""
        import torch

        with torch.no_grad():
            chances = self.chances([one.prompt for one in examples])
        draws = torch.Generator().manual_seed(int(random.integers(1 << 62)))
        drawn = torch.multinomial(chances.exp(), group, replacement=True, generator=draws)
        log_probs = chances.gather(1, drawn).numpy()
        return [
            Trajectory(
                example=one.id,
                prompt_tokens=np.array([int(word) for word in one.prompt.split()], np.int64),
                tokens=np.array([token], np.int64),
                policy_mask=np.ones(1, bool),
                log_probs=log_probs[row, place : place + 1],
                text=str(token),
            )
            for row, one in enumerate(examples)
            for place, token in enumerate(drawn[row].tolist())
        ]

    def log_probs(self, trajectories: Sequence[Trajectory]) -> tuple[Any, Any]:
        """Of the answers, and the entropy."""
        import torch

        prompts = np.stack([one.prompt_tokens for one in trajectories])
        answers = torch.tensor([[int(one.tokens[0])] for one in trajectories])
        chances = torch.log_softmax(self.module(torch.from_numpy(prompts)), 1)
        return chances.gather(1, answers), -(chances.exp() * chances).sum(1, keepdim=True).detach()
