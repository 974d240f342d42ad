"""Semantic ids learnt from what items are and who clicked on them (DOS)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    NotConvergedError,
    PathLike,
    Sequences,
    generator,
    no_progress,
)
from trovato.core.shapes import Float32, Float64, Int64
from trovato.ops.quantization import EncodedQuantizer, code_quality, orthogonality_error
from trovato.train.semantic_ids.config import DOSCallback, DOSConfig, DOSEpoch
from trovato.train.semantic_ids.dos_export import (
    components,
    exported,
    restart_dead_codes,
    start_quantiser,
)
from trovato.train.semantic_ids.dos_network import (
    CODEBOOKS,
    USER_CODEBOOKS,
    Weights,
    batch_contrast,
    click_scores,
    first_weights,
    item_tower,
    level_click_scores,
    orthogonality,
    quantise,
    user_tower,
)
from trovato.train.semantic_ids.split import NextItemSplit
from trovato.train.sequence.batching import Windows
from trovato.train.sequence.checkpoint import State, fingerprint, load_state, save_state
from trovato.train.sequence.trainer import torch_threads

_CONTRASTED = 512  # clicks of a step that are told apart
_TRIED = 2  # rounds with the quantiser after which it must have learnt something


def fit_dos(
    vectors: Float32[np.ndarray, "items full"],
    split: NextItemSplit,
    config: DOSConfig = DOSConfig(),
    *,
    threads: int = 1,
    checkpoint: PathLike | None = None,
    progress: DOSCallback = no_progress,
) -> EncodedQuantizer:
    """Fit an orthogonal quantiser to the prediction of clicks through its codes.

    A tower over a history and one over an item are warmed up without the quantiser; rotations and
    codebooks then start from principal axes and k-means of what the item tower makes, and all is
    trained together. After each round, codes that no item has start anew. The round with the best
    AUC on a tenth of the users is kept.

    Source: Yin et al., "DOS", 2026 (arXiv 2602.04460), its figure of the architecture; the warm-up,
    the information term (binary cross-entropy of each level's cosine, a lower bound of the mutual
    information) and all numbers are decisions of this project.

    Parameters
    ----------
    vectors
        What items are.
    split
        Who clicked on what; only its `tokenizer` part is read.
    config
        Size and training.
    threads
        0 for one on each processor; the same seed gives the same weights on one.
    checkpoint
        File that is written after each round; where there is one of the same training, it goes on
        from there, to the same end.
    progress
        Told of each round.

    Raises
    ------
    InvalidInputError
        If fewer than ten users have two clicks, or the checkpoint is of another training.
    MissingExtraError
        If torch is not installed.
    NotConvergedError
        If clicks are not predicted better than `least_auc` after two rounds with the quantiser, or
        in the end: such ids are not to be used.
    StorageError, UnreadableFileError
        If the checkpoint cannot be written, or is damaged.
    """
    histories = split.tokenizer
    able = np.flatnonzero(histories.lengths > 1)
    if len(able) < 10:
        raise InvalidInputError(
            f"at least ten users with two clicks before the validation cut are needed, got "
            f"{len(able)}"
        )
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("torch", "models", "fitting DOS ids") from error
    drawn = generator(config.seed, "DOS, held back").permutation(able)
    held = np.sort(drawn[: min(2000, len(able) // 10)])
    learnt = np.setdiff1d(able, held)
    mean, projection = components(vectors, config.dim, whiten=config.whiten)
    projected = (vectors - mean) @ projection
    with torch_threads(torch, threads):
        clicks = np.bincount(histories.items, minlength=len(vectors)) + 1
        learner = _Learner(projected, config, np.log(clicks / clicks.sum()))
        mark = fingerprint(histories, len(vectors), config, vectors.tobytes())
        state = load_state(checkpoint, mark) if checkpoint else None
        if state:
            learner.restore(state)
        best, best_auc = (state.best, state.best_measure) if state else ({}, -1.0)
        first = state.epoch + 1 if state else 1
        for epoch in range(first, config.warmup_epochs + config.epochs + 1):
            joint = epoch > config.warmup_epochs
            if joint and epoch == config.warmup_epochs + 1 and config.warmup_epochs:
                embedded = learner.embedded()
                learner.set(start_quantiser(learner.arrays(), embedded, config))
            loss = learner.learn(_batches(histories.take(learnt), config, epoch), epoch, joint)
            arrays = learner.arrays()
            used: tuple[float, ...] = ()
            unique, errors = float("nan"), tuple(map(orthogonality_error, arrays["rotations"]))
            if joint:
                made = exported(arrays, mean, projection, vectors, config)
                quality = code_quality(made.encode(vectors), made.sizes)
                used = tuple(level.utilisation for level in quality.levels)
                unique = quality.unique_ratio
            auc = learner.auc(histories.take(held), joint)
            told = DOSEpoch(epoch, not joint, loss, auc, used, unique, errors if joint else ())
            progress(told)
            if joint and auc > best_auc:
                best, best_auc = arrays, auc
            if joint and epoch - config.warmup_epochs >= _TRIED and best_auc < config.least_auc:
                raise NotConvergedError(
                    f"clicks are predicted through the codes with an AUC of {best_auc:.3f} after "
                    f"{epoch - config.warmup_epochs} rounds, wanted {config.least_auc}: warm up "
                    f"the towers (warmup_epochs is {config.warmup_epochs}), or give more clicks"
                )
            if joint:
                random = generator(config.seed, f"DOS, dead codes of epoch {epoch}")
                learner.set(restart_dead_codes(arrays, made, vectors, random), fresh=False)
            if checkpoint:
                moments = learner.moments()
                save_state(
                    checkpoint,
                    State(epoch, learner.arrays(), *moments, best, best_auc, epoch),
                    mark,
                )
    if best_auc < config.least_auc:
        raise NotConvergedError(
            f"clicks are predicted through the codes with an AUC of {best_auc:.3f}, wanted "
            f"{config.least_auc}: train longer, or give more clicks"
        )
    return exported(best, mean, projection, vectors, config)


@dataclass(frozen=True, slots=True, eq=False)
class _Clicks:
    """Items read, and for each what was clicked on next; −1 after the end."""

    items: Int64[np.ndarray, "windows length"]
    targets: Int64[np.ndarray, "windows length"]


def _batches(histories: Sequences, config: DOSConfig, epoch: int) -> Iterator[_Clicks]:
    windows = Windows.of(histories, np.zeros(len(histories), np.int64), config.length + 1)
    random = generator(config.seed, f"DOS, order of epoch {epoch}")
    for batch in windows.batches(config.batch, random):
        if batch.items.shape[1]:
            yield _Clicks(batch.items, batch.targets[:, 1:])


class _Learner:
    """Weights that learn from batches."""

    def __init__(
        self,
        projected: Float32[np.ndarray, "items dim"],
        config: DOSConfig,
        log_shares: Float64[np.ndarray, " items"],
    ) -> None:
        import torch

        self._config = config
        self._log_shares = torch.from_numpy(log_shares.astype(np.float32))
        self._of_users = CODEBOOKS if config.shared_codebooks else USER_CODEBOOKS
        self._projected = torch.from_numpy(projected)
        self.set(first_weights(config))

    def set(self, arrays: Weights, *, fresh: bool = True) -> None:
        """Take weights; with `fresh`, Adam forgets."""
        import torch

        if fresh:
            self._weights: Weights = {
                name: torch.tensor(value, dtype=torch.float32).requires_grad_()
                for name, value in arrays.items()
            }
            self._adam = torch.optim.Adam(self._weights.values(), self._config.learning_rate)
            return
        for name, value in self._weights.items():
            value.data.copy_(torch.from_numpy(np.ascontiguousarray(arrays[name])))

    def arrays(self) -> Weights:
        return {name: value.detach().numpy().copy() for name, value in self._weights.items()}

    def embedded(self) -> Float32[np.ndarray, "items dim"]:
        """What the item tower makes of all items."""
        found: Float32[np.ndarray, "items dim"] = (
            item_tower(self._weights, self._projected).detach().numpy()
        )
        return found

    def learn(self, batches: Iterator[_Clicks], epoch: int, joint: bool) -> float:
        """One round; it depends on the weights, the seed and the number of the round alone."""
        random = generator(self._config.seed, f"DOS, draws of epoch {epoch}")
        losses = []
        for batch in batches:
            self._adam.zero_grad()
            loss = self._loss(batch, random, joint)
            loss.backward()
            self._adam.step()
            losses.append(float(loss.detach()))
        return float(np.mean(losses))

    def _loss(self, batch: _Clicks, random: np.random.Generator, joint: bool) -> Any:
        import torch
        from torch.nn import functional

        config = self._config
        users, items, clicked, given = self._pairs(batch, random)
        if not joint:
            scores = click_scores(self._weights, users, items)
            loss = functional.binary_cross_entropy_with_logits(scores, clicked)
            scores = level_click_scores(self._weights, users, items, 0)
            told = functional.binary_cross_entropy_with_logits(scores, clicked)
            loss = loss + config.information_weight * told
            return loss + self._contrast(batch, users, items, random)
        half = len(users) // 2
        by_user = quantise(self._weights, users[:half], config, self._of_users)
        by_item = quantise(self._weights, items, config)
        scores = click_scores(self._weights, torch.cat([by_user.summed] * 2), by_item.summed)
        loss = functional.binary_cross_entropy_with_logits(scores, clicked)
        loss = loss + self._contrast(batch, by_user.summed, by_item.summed, random)
        loss = loss + config.vq_weight * (by_user.vq + by_item.vq)
        loss = loss + config.orthogonality_weight * orthogonality(self._weights)
        if config.decoder_weight:
            missed = functional.mse_loss(by_item.summed @ self._weights["decoder"], given)
            loss = loss + config.decoder_weight * missed
        for level in range(config.levels):
            kept = torch.cat([by_user.primaries[level]] * 2), by_item.primaries[level]
            scores = level_click_scores(self._weights, *kept, level)
            told = functional.binary_cross_entropy_with_logits(scores, clicked)
            loss = loss + config.information_weight * told
        return loss

    def _contrast(self, batch: _Clicks, users: Any, items: Any, random: np.random.Generator) -> Any:
        """The weighted loss of telling some of the batch's clicks apart; 0 without a weight."""
        import torch

        weight = self._config.contrast_weight
        if not weight:
            return 0.0
        clicked = batch.targets[batch.targets >= 0]
        some = torch.from_numpy(random.permutation(len(clicked))[:_CONTRASTED])
        owners = torch.from_numpy(clicked)[some]
        return weight * batch_contrast(users[some], items[some], owners, self._log_shares[owners])

    def _pairs(self, batch: _Clicks, random: np.random.Generator) -> tuple[Any, Any, Any, Any]:
        """Users, items, clicks and items' vectors: all clicked on, then one drawn for each."""
        import torch

        there = torch.from_numpy(batch.targets >= 0)
        read = self._projected[torch.from_numpy(batch.items)]
        users = user_tower(self._weights, read, attention=self._config.attention)[there]
        clicked = batch.targets[batch.targets >= 0]
        drawn = random.integers(len(self._projected), size=len(clicked))
        both = torch.from_numpy(np.concatenate([clicked, drawn]))
        some, where = torch.unique(both, return_inverse=True)
        given = self._projected[some]
        items = item_tower(self._weights, given)[where]
        labels = torch.cat([torch.ones(len(clicked)), torch.zeros(len(clicked))])
        return torch.cat([users, users]), items, labels, given[where]

    def auc(self, histories: Sequences, joint: bool) -> float:
        """Of the clicks of other users against one drawn item each; no weight changes."""
        import torch

        random = generator(self._config.seed, "DOS, validation draws")
        liked, other = [], []
        with torch.no_grad():
            for batch in _batches(histories, self._config, 0):
                users, items, _, _ = self._pairs(batch, random)
                if joint:
                    users = quantise(self._weights, users, self._config, self._of_users).summed
                    items = quantise(self._weights, items, self._config).summed
                scores = click_scores(self._weights, users, items).numpy()
                liked.append(scores[: len(scores) // 2])
                other.append(scores[len(scores) // 2 :])
        return _auc(np.concatenate(liked), np.concatenate(other))

    def moments(self) -> tuple[Weights, Weights, int]:
        """Adam's, of what has learnt since it began: means, means of squares, and steps."""
        known = {
            name: self._adam.state[value]
            for name, value in self._weights.items()
            if value in self._adam.state
        }
        first = {name: one["exp_avg"].numpy() for name, one in known.items()}
        second = {name: one["exp_avg_sq"].numpy() for name, one in known.items()}
        return first, second, int(next(iter(known.values()))["step"])

    def restore(self, state: State) -> None:
        import torch

        self.set(state.weights)
        for name, value in self._weights.items():
            if name in state.first:
                self._adam.state[value] = {
                    "step": torch.tensor(float(state.steps)),
                    "exp_avg": torch.tensor(state.first[name]),
                    "exp_avg_sq": torch.tensor(state.second[name]),
                }


def _auc(liked: Float32[np.ndarray, " clicks"], other: Float32[np.ndarray, " drawn"]) -> float:
    """Share of pairs of a click and a drawn item in which the click scores higher; ties half."""
    ordered = np.sort(other)
    below = np.searchsorted(ordered, liked) + np.searchsorted(ordered, liked, side="right")
    return float(below.sum() / (2 * len(liked) * len(other)))
