"""Fitting generative retrieval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    PathLike,
    ProgressCallback,
    Sequences,
    no_progress,
)
from trovato.core.shapes import Int64
from trovato.generate.decoding import BeamRecommender
from trovato.index.trie import IdTrie
from trovato.ops import best_in_tiles
from trovato.retrieve.recommenders import GenerativeRetrieval, bucket_log_shares
from trovato.train.generative.config import GenerativeConfig
from trovato.train.generative.network import LEARNT, first_weights, hidden_states, level_scores
from trovato.train.sequence.batching import Batch
from trovato.train.sequence.checkpoint import Arrays, fingerprint
from trovato.train.sequence.held_back import HeldBack
from trovato.train.sequence.trainer import Weights, fit_sequences, torch_threads


def fit_generative(
    histories: Sequences,
    codes: Int64[np.ndarray, "items levels"],
    sizes: tuple[int, ...],
    config: GenerativeConfig = GenerativeConfig(),
    *,
    ids: str = "",
    threads: int = 1,
    checkpoint: PathLike | None = None,
    progress: ProgressCallback = no_progress,
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
        Told of rows, round by round, with the loss and the held-back measure so far.

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
    counts = np.bincount(histories.items, minlength=len(codes)).astype(np.int64)
    start = first_weights(codes, sizes, bucket_log_shares(codes, counts), config, ids)
    with torch_threads(torch, threads):
        best = fit_sequences(
            _Network(start, trie, config),
            histories,
            config,
            mark=fingerprint(histories, len(codes), config, codes.tobytes()),
            checkpoint=checkpoint,
            progress=progress,
        )
    return replace(start, **best)


class _Network:
    """Scores of the codes of what comes next, level by level."""

    def __init__(self, start: GenerativeRetrieval, trie: IdTrie, config: GenerativeConfig) -> None:
        import torch

        self.name = "generative"
        self._start, self._trie, self._config = start, trie, config
        self._codes = torch.from_numpy(start.codes)
        self.weights: Weights = {
            name: torch.tensor(getattr(start, name)).requires_grad_() for name in LEARNT
        }

    def backward(self, batch: Batch, random: Any) -> float:
        import torch
        from torch.nn import functional

        items, targets = torch.from_numpy(batch.items), torch.from_numpy(batch.targets)
        lengths = (targets >= 0).sum(1) - 1
        found = hidden_states(self.weights, self._codes, items, lengths, self._config, random)
        hidden, codes = found[targets >= 0], self._codes[targets[targets >= 0]]
        loss = torch.zeros(())
        for level, size in enumerate(self._trie.sizes):
            allowed = torch.from_numpy(self._trie.allowed(codes[:, :level].numpy()))
            # Where one code alone can follow, its probability is 1 and nothing can be learnt.
            several = allowed.sum(1) > 1
            own = codes[several]
            scores = level_scores(
                self.weights, hidden[several], own, level, self._config.dropout, random
            )
            scores = scores[:, :size].masked_fill(~allowed[several], -torch.inf)
            loss = loss + functional.cross_entropy(scores, own[:, level], reduction="sum")
        loss = loss / len(codes)
        loss.backward()
        return float(loss.detach())

    def measure(self, weights: Arrays, held: HeldBack) -> float:
        """Mean nDCG of the item held back among what a beam search finds, 0 where it does not."""
        model, beams = replace(self._start, **weights), self._config.beams
        scored = BeamRecommender(model, beams).score(held.before)
        best, _ = best_in_tiles(scored.tile, len(held), model.items, beams)
        _, ranks = np.nonzero(best == held.last[:, None])
        return float((1 / np.log2(2 + ranks)).sum() / len(held))
