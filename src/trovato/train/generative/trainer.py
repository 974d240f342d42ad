"""The training loop of generative retrieval."""

from __future__ import annotations

from dataclasses import replace
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
from trovato.generate.decoding import BeamRecommender
from trovato.index.trie import IdTrie
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders import GenerativeRetrieval, bucket_log_shares
from trovato.train.generative.config import GenerativeConfig
from trovato.train.generative.network import LEARNT, first_weights, hidden_states, level_scores
from trovato.train.sasrec.batching import Batch, Windows
from trovato.train.sasrec.checkpoint import Arrays, State, fingerprint, load_state, save_state
from trovato.train.sasrec.config import SASRecCallback, SASRecStep
from trovato.train.sasrec.network import Weights
from trovato.train.sasrec.trainer import held_back, torch_threads


def fit_generative(
    histories: Sequences,
    codes: Int64[np.ndarray, "items levels"],
    sizes: tuple[int, ...],
    config: GenerativeConfig = GenerativeConfig(),
    *,
    ids: str = "",
    threads: int = 1,
    checkpoint: PathLike | None = None,
    progress: SASRecCallback = no_progress,
) -> GenerativeRetrieval:
    """Fit a recommender that writes the semantic id of what comes next, to histories in order.

    The last item of a tenth of the users, at most 1000, is held back; after each round a beam
    search is asked for it, and the weights of the round with the best nDCG are kept. Memory holds
    the histories, the ids, the weights and one batch.

    Parameters
    ----------
    histories
        What each user cared for, oldest first.
    codes, sizes
        Semantic ids of the catalogue, and codes of each level.
    config
        Size and training.
    ids
        Fingerprint of the semantic ids, kept with the model.
    threads
        0 for one on each processor. The same seed gives the same weights on one thread.
    checkpoint
        File that is written after each round; where there is one of the same training, it goes on
        from there, to the same end.
    progress
        Told of each batch.

    Raises
    ------
    InvalidInputError
        If nobody cared for anything, codes do not fit the sizes, or the checkpoint is of another
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
        raise MissingExtraError("torch", "models", "fitting generative retrieval") from error
    trie = IdTrie.of(codes, sizes)
    held = held_back(histories, config.seed)
    without = np.zeros(len(histories), np.int64)
    without[held] = 1
    windows = Windows.of(histories, without, config.max_sequence_length + 1)
    counts = np.bincount(histories.items, minlength=len(codes)).astype(np.int64)
    start = first_weights(codes, sizes, bucket_log_shares(codes, counts), config, ids)
    mark = fingerprint(histories, len(codes), config, codes.tobytes())
    state = load_state(checkpoint, mark) if checkpoint else None
    with torch_threads(torch, threads):
        learner = _Learner(start, trie, config)
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
            measure = _measure(replace(start, **now), histories, held, config.beams)
            if not len(held) or measure > best_measure:
                best, best_measure, best_epoch = now, measure, epoch
            if checkpoint:
                after = State(epoch, now, *learner.moments(), best, best_measure, best_epoch)
                save_state(checkpoint, after, mark)
    return replace(start, **best)


class _Learner:
    """Weights that learn from batches."""

    def __init__(self, start: GenerativeRetrieval, trie: IdTrie, config: GenerativeConfig) -> None:
        import torch

        self._config, self._trie = config, trie
        self._codes = torch.from_numpy(start.codes)
        self._weights: Weights = {
            name: torch.tensor(getattr(start, name)).requires_grad_() for name in LEARNT
        }
        self._adam = torch.optim.Adam(
            self._weights.values(), config.learning_rate, betas=(0.9, 0.98)
        )

    def learn(
        self, epoch: int, windows: Windows, shown: SASRecStep, progress: SASRecCallback
    ) -> None:
        """One round; it depends on the weights, the seed and the number of the round alone."""
        import torch

        order = generator(self._config.seed, f"generative, order of epoch {epoch}")
        draws = generator(self._config.seed, f"generative, draws of epoch {epoch}")
        random = torch.Generator().manual_seed(int(draws.integers(1 << 62)))
        for batch in windows.batches(self._config.batch, order):
            rows = int((batch.targets >= 0).sum())
            loss = self._step(batch, random)
            mean = (shown.loss * shown.rows + loss * rows) / (shown.rows + rows)
            shown = replace(shown, rows=shown.rows + rows, loss=mean)
            progress(shown)

    def _step(self, batch: Batch, random: Any) -> float:
        import torch
        from torch.nn import functional

        items, targets = torch.from_numpy(batch.items), torch.from_numpy(batch.targets)
        lengths = (targets >= 0).sum(1) - 1
        found = hidden_states(self._weights, self._codes, items, lengths, self._config, random)
        hidden, codes = found[targets >= 0], self._codes[targets[targets >= 0]]
        self._adam.zero_grad()
        loss = torch.zeros(())
        for level, size in enumerate(self._trie.sizes):
            scores = level_scores(
                self._weights, hidden, codes, level, self._config.dropout, random
            )[:, :size]
            allowed = torch.from_numpy(self._trie.allowed(codes[:, :level].numpy()))
            scores = scores.masked_fill(~allowed, -torch.inf)
            loss = loss + functional.cross_entropy(scores, codes[:, level])
        loss.backward()
        self._adam.step()
        return float(loss.detach())

    def weights(self) -> Arrays:
        return {name: value.detach().numpy().copy() for name, value in self._weights.items()}

    def moments(self) -> tuple[Arrays, Arrays, int]:
        """Adam's: means of gradients and of their squares, and how many steps it took."""
        first, second = (
            {name: self._adam.state[value][kind].numpy() for name, value in self._weights.items()}
            for kind in ("exp_avg", "exp_avg_sq")
        )
        return first, second, int(self._adam.state[self._weights["tables"]]["step"])

    def restore(self, state: State) -> None:
        import torch

        for name, value in self._weights.items():
            value.data.copy_(torch.from_numpy(state.weights[name]))
            self._adam.state[value] = {
                "step": torch.tensor(float(state.steps)),
                "exp_avg": torch.tensor(state.first[name]),
                "exp_avg_sq": torch.tensor(state.second[name]),
            }


def _measure(
    model: GenerativeRetrieval, histories: Sequences, held: Int64[np.ndarray, " held"], beams: int
) -> float:
    """Mean nDCG of the item held back among what a beam search finds, 0 where it does not."""
    if not len(held):
        return float("nan")
    whole = histories.take(held)
    last = whole.items[whole.offsets[1:] - 1]
    kept = np.ones(len(whole.items), bool)
    kept[whole.offsets[1:] - 1] = False
    before = Sequences(whole.items[kept], whole.offsets - np.arange(len(whole) + 1))
    scored = BeamRecommender(model, beams).score(before)
    best, _ = best_in_tiles(scored.tile, len(held), model.items, beams)
    _, ranks = np.nonzero(best == last[:, None])
    return float((1 / np.log2(2 + ranks)).sum() / len(held))
