"""The training loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    PathLike,
    Sequences,
    generator,
    no_progress,
)
from trovato.core.shapes import Int64
from trovato.retrieve.recommenders import SelfAttention
from trovato.train.sasrec.batching import Batch, Windows
from trovato.train.sasrec.checkpoint import Arrays, State, fingerprint, load_state, save_state
from trovato.train.sasrec.config import SASRec, SASRecCallback, SASRecStep
from trovato.train.sasrec.losses import calibration, chance, draw_negatives, gbce, softmax_backward
from trovato.train.sasrec.network import Weights, first_weights, read

_HELD_BACK = 1000  # most users whose last item is held back
_TILE = 16384


def fit_sasrec(
    histories: Sequences,
    items: int,
    config: SASRec = SASRec(),
    *,
    device: str = "cpu",
    threads: int = 0,
    checkpoint: PathLike | None = None,
    progress: SASRecCallback = no_progress,
) -> SelfAttention:
    """Fit a self-attentive recommender (SASRec, gSASRec) to histories in their order.

    The last item of a tenth of the users, at most 1000, is held back; after each round the network
    is asked for it, and the weights of the best round are kept. Besides the histories, which may be
    mapped from a file, and the weights, memory holds one batch.

    Parameters
    ----------
    histories
        What each user cared for, oldest first.
    items
        Size of the catalogue.
    config
        Size and training.
    device
        "cpu", or "cuda" for a GPU.
    threads
        0 for one on each processor. The same seed gives the same weights on one thread of a CPU.
    checkpoint
        File that is written after each round; where there is one of the same training, it goes on
        from there, to the same end.
    progress
        Told of each batch.

    Raises
    ------
    InvalidInputError
        If nobody cared for anything, a number is out of range, or the checkpoint is of another
        training.
    MissingExtraError
        If torch is not installed.
    StorageError
        If the checkpoint cannot be written.
    UnreadableFileError
        If the checkpoint is damaged.
    """
    if not len(histories.items):
        raise InvalidInputError("there is nothing to fit: no history holds an item")
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("torch", "models", "fitting SASRec") from error
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise InvalidInputError(f"torch sees no GPU for {device!r}: use cpu (`--device cpu`)")
    beta = calibration(config.negatives, items, config.gbce_t) if config.negatives else 1.0
    held = held_back(histories, config.seed)
    without = np.zeros(len(histories), np.int64)
    without[held] = 1
    windows = Windows.of(histories, without, config.max_sequence_length + 1)
    start = first_weights(items, config)
    mark = fingerprint(histories, items, config)
    state = load_state(checkpoint, mark) if checkpoint else None
    with torch_threads(torch, threads):
        learner = _Learner(start, config, beta, device)
        if state:
            learner.restore(state)
        best = state.best if state else learner.weights()
        best_measure, best_epoch = (state.best_measure, state.best_epoch) if state else (-1.0, 0)
        measure = best_measure if state else float("nan")
        for epoch in range(state.epoch + 1 if state else 1, config.epochs + 1):
            if epoch - best_epoch > config.patience:
                break
            shown = SASRecStep(epoch, config.epochs, 0, int(windows.lengths.sum()), 0.0, measure)
            learner.learn(epoch, windows, shown, progress)
            now = learner.weights()
            measure = _measure(replace(start, **now), histories, held)
            if not len(held) or measure > best_measure:
                best, best_measure, best_epoch = now, measure, epoch
            if checkpoint:
                after = State(epoch, now, *learner.moments(), best, best_measure, best_epoch)
                save_state(checkpoint, after, mark)
    return replace(start, **best)


class _Learner:
    """Weights that learn from batches."""

    def __init__(self, start: SelfAttention, config: SASRec, beta: float, device: str) -> None:
        import torch

        self._recipe, self._beta, self._device = config, beta, device
        self._start = chance(config.negatives, beta) if config.negatives else 0.0
        self._items = start.items
        names = [one.name for one in fields(SelfAttention) if one.name != "heads"]
        self._weights: Weights = {
            name: torch.tensor(getattr(start, name), device=device).requires_grad_()
            for name in names
        }
        self._adam = torch.optim.Adam(
            self._weights.values(), config.learning_rate, betas=(0.9, 0.98)
        )

    def learn(
        self, epoch: int, windows: Windows, shown: SASRecStep, progress: SASRecCallback
    ) -> None:
        """One round; it depends on the weights, the seed and the number of the round alone."""
        import torch

        order = generator(self._recipe.seed, f"SASRec, order of epoch {epoch}")
        draws = generator(self._recipe.seed, f"SASRec, draws of epoch {epoch}")
        random = torch.Generator(self._device).manual_seed(int(draws.integers(1 << 62)))
        for batch in windows.batches(self._recipe.batch, order):
            rows = int((batch.targets >= 0).sum())
            loss = self._step(batch, random)
            mean = (shown.loss * shown.rows + loss * rows) / (shown.rows + rows)
            shown = replace(shown, rows=shown.rows + rows, loss=mean)
            progress(shown)

    def _step(self, batch: Batch, random: Any) -> float:
        import torch

        items = torch.from_numpy(batch.items).to(self._device)
        targets = torch.from_numpy(batch.targets).to(self._device)
        vectors = self._weights["vectors"]
        lengths = (targets >= 0).sum(1) - 1
        found = read(
            self._weights, items, lengths, self._recipe.heads, self._recipe.dropout, random
        )
        hidden, targets = found[targets >= 0], targets[targets >= 0]
        self._adam.zero_grad()
        if self._recipe.negatives:
            drawn = draw_negatives(self._items, self._recipe.negatives, len(targets), random)
            loss = gbce(hidden, targets, vectors, drawn, self._beta, self._start)
            loss.backward()
            value = float(loss.detach())
        else:
            value = softmax_backward(hidden, targets, vectors)
        self._adam.step()
        return value

    def weights(self) -> Arrays:
        return {name: value.detach().cpu().numpy().copy() for name, value in self._weights.items()}

    def moments(self) -> tuple[Arrays, Arrays, int]:
        """Adam's: means of gradients and of their squares, and how many steps it took."""
        first, second = (
            {
                name: self._adam.state[value][kind].cpu().numpy()
                for name, value in self._weights.items()
            }
            for kind in ("exp_avg", "exp_avg_sq")
        )
        return first, second, int(self._adam.state[self._weights["vectors"]]["step"])

    def restore(self, state: State) -> None:
        import torch

        for name, value in self._weights.items():
            value.data.copy_(torch.from_numpy(state.weights[name]))
            self._adam.state[value] = {
                "step": torch.tensor(float(state.steps)),
                "exp_avg": torch.tensor(state.first[name], device=self._device),
                "exp_avg_sq": torch.tensor(state.second[name], device=self._device),
            }


def held_back(histories: Sequences, seed: int) -> Int64[np.ndarray, " held"]:
    """Users whose last item is held back, rising."""
    able = np.flatnonzero(histories.lengths > 1)
    count = min(_HELD_BACK, len(able) // 10)
    drawn = generator(seed, "SASRec, held back").choice(able, count, replace=False)
    return np.sort(drawn).astype(np.int64)


def _measure(
    recommender: SelfAttention, histories: Sequences, held: Int64[np.ndarray, " held"]
) -> float:
    """Mean nDCG of the item held back, among all items and without a cutoff."""
    if not len(held):
        return float("nan")
    whole = histories.take(held)
    last = whole.items[whole.offsets[1:] - 1]
    kept = np.ones(len(whole.items), bool)
    kept[whole.offsets[1:] - 1] = False
    before = Sequences(whole.items[kept], whole.offsets - np.arange(len(whole) + 1))
    scored = recommender.score(before)
    own = scored.pairs(np.arange(len(held)), last)
    ranks = np.ones(len(held), np.int64)
    for first in range(0, recommender.items, _TILE):
        tile = scored.tile(first, min(first + _TILE, recommender.items))
        ranks += (tile > own[:, None]).sum(axis=1)
    return float((1 / np.log2(1 + ranks)).mean())


@contextmanager
def torch_threads(torch: Any, count: int) -> Iterator[None]:
    """Let torch use so many threads, and as many as before after."""
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
