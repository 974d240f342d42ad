"""A policy that reasons about a history and then points at an item of the whole catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, Trajectory
from trovato.core.shapes import Float64, Int64
from trovato.train.rl.policies.causal_policy import CausalPolicy
from trovato.train.rl.protocol import Example
from trovato.train.rl.rewards.next_item import similarity_reward

_BATCH = 32  # items read at once


class SimilarityPolicy:
    """Writes its reasons up to a mark; its hidden state there is compared with those of items.

    An item's vector is the hidden state at the mark behind the item's own text. Where a rollout
    ends without the mark it is put behind it, and not learnt from. Beside the reasons it learns to
    point: the cross-entropy of the true item over the catalogue, for the best rollout of a group,
    weighted by its advantage.

    Source: R²ec (arXiv 2505.16994), as used by Wang et al. 2026 (MiniRec, arXiv 2602.04278). There
    the other items are those of the batch; here they are the catalogue.

    Parameters
    ----------
    writer
        Writes the reasons.
    items
        Text of each item by its id, such as its title and description.
    mark
        One token of the writer's, such as `<answer>`.
    temperature
        τ of the softmax over cosines.
    refresh
        Batches between two readings of the catalogue: item vectors move as the weights do.

    Raises
    ------
    InvalidInputError
        If there are no items, the mark is not one token, or a number is out of range.
    """

    def __init__(
        self,
        writer: CausalPolicy,
        items: Mapping[str, str],
        *,
        mark: str,
        temperature: float = 0.02,
        refresh: int = 1,
    ) -> None:
        tokens = writer.encode(mark, special=False)
        if not items or len(tokens) != 1 or not temperature > 0 or refresh < 1:
            raise InvalidInputError(
                f"it needs items, a mark of one token, a temperature above 0 and refresh of at "
                f"least 1, got {len(items)} items, {len(tokens)} tokens for {mark!r}, "
                f"{temperature} and {refresh}"
            )
        self._writer, self._mark = writer, int(tokens[0])
        writer.end_with(self._mark)
        self._texts = [np.append(writer.encode(text), self._mark) for text in items.values()]
        self._places = {item: place for place, item in enumerate(items)}
        self._temperature, self._refresh, self._batches = temperature, refresh, 0
        self._catalogue: Any = None
        self._users: dict[tuple[str, bytes], Any] = {}

    @property
    def module(self) -> Any:
        """The writer's."""
        return self._writer.module

    @property
    def items(self) -> list[str]:
        """Ids in the order of `similarities`."""
        return list(self._places)

    def sample(
        self, examples: Sequence[Example], group: int, random: np.random.Generator
    ) -> list[Trajectory]:
        """`group` reasonings about each example."""
        import torch

        found = [self._marked(one) for one in self._writer.sample(examples, group, random)]
        with torch.no_grad():
            if self._batches % self._refresh == 0:
                self._catalogue = self._vectors(self._texts)
            self._batches += 1
            vectors = self._vectors([_whole(one) for one in found])
        self._users = {_key(one): vector for one, vector in zip(found, vectors, strict=True)}
        return found

    def log_probs(self, trajectories: Sequence[Trajectory]) -> tuple[Any, Any]:
        """Of the reasons."""
        return self._writer.log_probs(trajectories)

    def item_loss(self, trajectories: Sequence[Trajectory], examples: Sequence[Example]) -> Any:
        """`−log p` of the true item of each trajectory over the catalogue, with gradients.

        Gradients flow through the trajectories and the true items; other items stand still.
        """
        import torch

        places = [self._place(one.fields["target"]) for one in examples]
        own = self._vectors([self._texts[one] for one in places])
        catalogue = self._vectors_of_catalogue().clone()
        catalogue[places] = own
        users = self._vectors([_whole(one) for one in trajectories])
        chances = torch.log_softmax(users @ catalogue.T / self._temperature, 1)
        return -chances[torch.arange(len(places)), places]

    def similarities(self, trajectory: Trajectory) -> Float64[np.ndarray, " items"]:
        """Cosine of each item to what the reasons stand for."""
        import torch

        with torch.no_grad():
            vector = self._users.get(_key(trajectory))
            if vector is None:
                vector = self._vectors([_whole(trajectory)])[0]
            found: Float64[np.ndarray, " items"] = (
                (self._vectors_of_catalogue() @ vector).double().cpu().numpy()
            )
        return found

    def reward(self, example: Example, trajectory: Trajectory) -> float:
        """`similarity_reward` of the field `target`; items of the field `history` are not ranked.

        Raises
        ------
        InvalidInputError
            If the target is not in the catalogue.
        """
        seen = [self._places[one] for one in example.fields["history"] if one in self._places]
        return similarity_reward(
            self.similarities(trajectory),
            self._place(example.fields["target"]),
            np.array(seen, np.int64),
            temperature=self._temperature,
        )

    def _marked(self, one: Trajectory) -> Trajectory:
        if len(one.tokens) and one.tokens[-1] == self._mark:
            return one
        return replace(
            one,
            tokens=np.append(one.tokens, self._mark),
            policy_mask=np.append(one.policy_mask, np.False_),
            log_probs=np.append(one.log_probs, np.float32(0)),
        )

    def _vectors_of_catalogue(self) -> Any:
        import torch

        if self._catalogue is None:
            with torch.no_grad():
                self._catalogue = self._vectors(self._texts)
        return self._catalogue

    def _vectors(self, texts: Sequence[Int64[np.ndarray, " _"]]) -> Any:
        """Hidden state at the last token of each text, at length 1."""
        import torch

        found = []
        for first in range(0, len(texts), _BATCH):
            part = texts[first : first + _BATCH]
            width = max(map(len, part))
            ids = torch.from_numpy(np.stack([np.pad(one, (0, width - len(one))) for one in part]))
            lengths = torch.tensor([len(one) for one in part])
            seen = (torch.arange(width) < lengths[:, None]).long()
            device = self.module.device
            out = self.module(
                input_ids=ids.to(device),
                attention_mask=seen.to(device),
                output_hidden_states=True,
                use_cache=False,
            )
            found.append(out.hidden_states[-1][torch.arange(len(part)), lengths - 1].float())
        return torch.nn.functional.normalize(torch.cat(found), dim=1)

    def _place(self, item: str) -> int:
        if item not in self._places:
            raise InvalidInputError(f"the item {item!r} is not in the catalogue: give its text")
        return self._places[item]


def _whole(one: Trajectory) -> Int64[np.ndarray, " _"]:
    return np.concatenate([one.prompt_tokens, one.tokens])


def _key(one: Trajectory) -> tuple[str, bytes]:
    return one.example, one.tokens.tobytes()
