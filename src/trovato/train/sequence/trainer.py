"""The training loop: rounds, the best of them, and going on where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

import numpy as np

from trovato.core import PathLike, ProgressCallback, Sequences, generator
from trovato.train.sequence.batching import Batch, Windows
from trovato.train.sequence.checkpoint import Arrays, State, load_state, save_state
from trovato.train.sequence.config import SequenceTraining
from trovato.train.sequence.held_back import HeldBack

# Torch tensors by the names of a recommender's fields.
Weights = dict[str, Any]


@runtime_checkable
class SequenceNetwork(Protocol):
    """What differs between networks that read histories.

    Parameters
    ----------
    name
        Of the network; it tells its draws from those of others.
    weights
        Leaves that are learnt, all on one device.
    """

    name: str
    weights: Weights

    def backward(self, batch: Batch, random: Any) -> float:
        """Add the gradients of a batch, and return its loss, the mean over rows.

        `random` is the torch generator of all that is drawn.
        """

    def measure(self, weights: Arrays, held: HeldBack) -> float:
        """How well such weights find what was held back; more is better."""


def fit_sequences(
    network: SequenceNetwork,
    histories: Sequences,
    config: SequenceTraining,
    *,
    mark: str,
    checkpoint: PathLike | None,
    progress: ProgressCallback,
) -> Arrays:
    """Fit a network to histories in their order, and return the weights of its best round.

    A round depends on the weights, Adam's moments, the seed and the number of the round alone. So a
    run that goes on from its checkpoint ends with the weights of an unbroken one.

    Parameters
    ----------
    network
        Its weights are changed.
    histories
        What each user cared for, oldest first; see `HeldBack` for what is not learnt from.
    config
        Rounds, batches and the seed.
    mark
        Of the data and the settings; see `checkpoint.fingerprint`.
    checkpoint
        File that is written after each round; None for none.
    progress
        Told of rows, round by round; what it is told of a round has the loss and the held-back
        measure of the round before.

    Raises
    ------
    InvalidInputError, StorageError, UnreadableFileError
        As for `load_state` and `save_state`.
    """
    held = HeldBack.of(histories, config.seed)
    without = np.zeros(len(histories), np.int64)
    without[held.users] = 1
    windows = Windows.of(histories, without, config.max_sequence_length + 1)
    state = load_state(checkpoint, mark) if checkpoint else None
    learner = _Learner(network, config)
    if state:
        learner.restore(state)
    best = state.best if state else learner.weights()
    best_measure, best_epoch = (state.best_measure, state.best_epoch) if state else (-1.0, 0)
    told = ""
    for epoch in range(state.epoch + 1 if state else 1, config.epochs + 1):
        if epoch - best_epoch > config.patience:
            break
        loss = learner.learn(
            epoch, windows, f"epoch {epoch} of at most {config.epochs}{told}", progress
        )
        now = learner.weights()
        measure = network.measure(now, held) if len(held) else float("nan")
        told = f", loss {loss:.4f}" + (f", held back {measure:.4f}" if len(held) else "")
        if not len(held) or measure > best_measure:
            best, best_measure, best_epoch = now, measure, epoch
        if checkpoint:
            after = State(epoch, now, *learner.moments(), best, best_measure, best_epoch)
            save_state(checkpoint, after, mark)
    return best


class _Learner:
    """A network and its Adam."""

    def __init__(self, network: SequenceNetwork, config: SequenceTraining) -> None:
        import torch

        self._network, self._config = network, config
        self._weights = network.weights
        self._device = next(iter(self._weights.values())).device
        self._adam = torch.optim.Adam(
            self._weights.values(), config.learning_rate, betas=(0.9, 0.98)
        )

    def learn(self, epoch: int, windows: Windows, stage: str, progress: ProgressCallback) -> float:
        """One round; its mean loss."""
        import torch

        name, seed = self._network.name, self._config.seed
        order = generator(seed, f"{name}, order of epoch {epoch}")
        draws = generator(seed, f"{name}, draws of epoch {epoch}")
        random = torch.Generator(self._device).manual_seed(int(draws.integers(1 << 62)))
        done, total, losses = 0, int(windows.lengths.sum()), 0.0
        for batch in windows.batches(self._config.batch, order):
            self._adam.zero_grad()
            loss = self._network.backward(batch, random)
            self._adam.step()
            rows = int((batch.targets >= 0).sum())
            done, losses = done + rows, losses + loss * rows
            progress(stage, done, total)
        return losses / max(done, 1)

    def weights(self) -> Arrays:
        return {name: value.detach().cpu().numpy().copy() for name, value in self._weights.items()}

    def moments(self) -> tuple[Arrays, Arrays, int]:
        """Adam's: means of gradients and of their squares, and how many steps it took."""
        states = {name: self._adam.state[value] for name, value in self._weights.items()}
        first, second = (
            {name: state[kind].cpu().numpy() for name, state in states.items()}
            for kind in ("exp_avg", "exp_avg_sq")
        )
        return first, second, int(next(iter(states.values()))["step"])

    def restore(self, state: State) -> None:
        import torch

        for name, value in self._weights.items():
            value.data.copy_(torch.from_numpy(state.weights[name]))
            self._adam.state[value] = {
                "step": torch.tensor(float(state.steps)),
                "exp_avg": torch.tensor(state.first[name], device=self._device),
                "exp_avg_sq": torch.tensor(state.second[name], device=self._device),
            }


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
