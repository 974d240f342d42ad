"""A small pretrained model that chooses among titles by how likely it finds each.

The score of a title is the mean log-probability of its tokens and of the end of its line after the
prompt, among the tokens that titles consist of; a rollout is a draw from the softmax of the scores,
so that all rollouts of a prompt are drawn from one pass. LoRA is in the last layer alone, in the
projection that ends it: nothing before it ever changes, so what goes into it and what comes out
without LoRA is computed once for each token of a title, and kept. A title sees the prompt and
itself, so that one pass over all is a pass for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from trovato.core import Trajectory, generator
from trovato.train.rl import Example

RANK, SCALE = 8, 2.0
SAVED = 32  # examples read between two savings


@dataclass(frozen=True)
class Choice:
    """A prompt and its titles."""

    prompt: np.ndarray  # its tokens
    inputs: Any  # `(tokens of titles, inner)`: of the last projection, where each is predicted
    states: Any  # `(tokens of titles, dim)`: of the model without LoRA, there
    expected: Any  # the tokens, by their rows in the head
    lengths: Any  # tokens of each title


class TitleLikelihood:
    """The model, its last projection with LoRA.

    Parameters
    ----------
    model, tokenizer
        Of the Llama family.
    titles
        Of the catalogue: a token that no title holds has no chance.
    temperature
        Divides the scores.
    kept
        File for what was computed of each example.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        titles: Sequence[str],
        *,
        temperature: float = 0.5,
        kept: Path | None = None,
    ) -> None:
        self._model, self._tokenizer = model.eval().requires_grad_(False), tokenizer
        self._temperature, self._file = temperature, kept
        used = sorted({token for one in titles for token in self._tokens(f"{one}\n")})
        self._rows = {token: row for row, token in enumerate(used)}
        self._head = model.lm_head.weight[used]
        inner, dim = model.config.intermediate_size, model.config.hidden_size
        down, up = torch.nn.Parameter(torch.zeros(inner, RANK)), torch.zeros(RANK, dim)
        self.module = torch.nn.ParameterDict({"down": down, "up": torch.nn.Parameter(up)})
        self._kept: dict[str, Any] = {}
        if kept is not None and kept.exists():
            self._kept = torch.load(kept, weights_only=True)
        self._choices: dict[str, Choice] = {}

    def reset(self, seed: int) -> None:
        """LoRA that changes nothing yet."""
        draws = torch.Generator().manual_seed(int(generator(seed, "LoRA").integers(1 << 62)))
        down, up = self.module["down"].data, self.module["up"].data
        down.copy_(torch.randn(down.shape, generator=draws) / len(down) ** 0.5)
        up.zero_()

    def read(self, examples: Sequence[Example]) -> None:
        """Pass examples through the model; those that were read before need not be again."""
        read = 0
        for one in examples:
            if one.id not in self._choices:
                read += one.id not in self._kept
                self._choices[one.id] = self._choice(one)
                if self._file and read and (read % SAVED == 0 or one is examples[-1]):
                    torch.save(self._kept, self._file)

    def scores(self, names: Sequence[str]) -> Any:
        """Of each title of the examples of these ids that were read, `(examples, titles)`."""
        read = [self._choices[one] for one in names]
        inputs, states = (torch.cat([getattr(r, n) for r in read]) for n in ("inputs", "states"))
        states = states + SCALE * (inputs @ self.module["down"] @ self.module["up"])
        chances = torch.log_softmax(self._model.model.norm(states) @ self._head.T, 1)
        found = chances.gather(1, torch.cat([one.expected for one in read])[:, None])[:, 0]
        lengths = torch.cat([one.lengths for one in read])
        titles = torch.repeat_interleave(lengths)
        sums = torch.zeros(len(lengths)).index_add(0, titles, found)
        return (sums / lengths).view(len(names), -1)

    def chances(self, names: Sequence[str]) -> Any:
        """Log-probability of each title, `(examples, titles)`."""
        return torch.log_softmax(self.scores(names) / self._temperature, 1)

    def sample(
        self, examples: Sequence[Example], group: int, random: np.random.Generator
    ) -> list[Trajectory]:
        with torch.no_grad():
            chances = self.chances([one.id for one in examples])
        draws = torch.Generator().manual_seed(int(random.integers(1 << 62)))
        drawn = torch.multinomial(chances.exp(), group, replacement=True, generator=draws)
        found = chances.gather(1, drawn).numpy()
        return [
            Trajectory(
                example=one.id,
                prompt_tokens=self._choices[one.id].prompt,
                tokens=np.array([title], np.int64),  # the choice is one token
                policy_mask=np.ones(1, bool),
                log_probs=found[row, at : at + 1],
                text=one.fields["titles"][title],
            )
            for row, one in enumerate(examples)
            for at, title in enumerate(drawn[row].tolist())
        ]

    def log_probs(self, trajectories: Sequence[Trajectory]) -> tuple[Any, Any]:
        names = list(dict.fromkeys(one.example for one in trajectories))
        rows = [names.index(one.example) for one in trajectories]
        chances = self.chances(names)[rows]
        drawn = torch.tensor([[int(one.tokens[0])] for one in trajectories])
        return chances.gather(1, drawn), -(chances.exp() * chances).sum(1, keepdim=True).detach()

    def gradient(self, name: str, title: int) -> np.ndarray:
        """Of −log p of a title, in the weights that are not 0 times others at the start."""
        (found,) = torch.autograd.grad(-self.chances([name])[0, title], [self.module["up"]])
        return np.asarray(found.ravel().numpy())

    def hidden(self, names: Sequence[str]) -> np.ndarray:
        """The model's state at the end of each prompt."""
        return np.stack([self._choices[one].states[0].numpy() for one in names])

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _choice(self, example: Example) -> Choice:
        prompt = self._tokens(example.prompt)
        titles = [self._tokens(f"{one}\n") for one in example.fields["titles"]]
        if example.id not in self._kept:
            self._kept[example.id] = self._passed(prompt, titles)
        inputs, states = self._kept[example.id]
        expected = [self._rows[token] for one in titles for token in one]
        lengths = torch.tensor([len(one) for one in titles])
        return Choice(np.array(prompt, np.int64), inputs, states, torch.tensor(expected), lengths)

    def _passed(self, prompt: list[int], titles: list[list[int]]) -> tuple[Any, Any]:
        """Inputs of the last projection and the state, where each token is predicted."""
        lengths = [len(one) for one in titles]
        part = torch.repeat_interleave(torch.tensor([len(prompt), *lengths]))  # 0 is the prompt
        order = torch.arange(len(part))
        starts = np.cumsum([0, *lengths[:-1]])
        seen = (order[:, None] >= order) & ((part == 0) | (part[:, None] == part))
        places = order - torch.tensor([0, *starts.tolist()])[part]
        before = order[len(prompt) :] - 1
        before[starts] = len(prompt) - 1
        body, kept = self._model.model, list[Any]()
        hook = body.layers[-1].mlp.down_proj.register_forward_pre_hook(
            lambda _, given: kept.append(given[0][0])
        )
        with torch.no_grad():
            states = body.embed_tokens(
                torch.tensor(prompt + [token for one in titles for token in one])
            )[None]
            turned = body.rotary_emb(states, places[None])
            for layer in body.layers:
                states = layer(states, attention_mask=seen[None, None], position_embeddings=turned)
        hook.remove()
        return kept[0][before].clone(), states[0][before].clone()
