"""Fitting SASRec and gSASRec."""

from __future__ import annotations

from dataclasses import fields, replace
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
from trovato.retrieve.recommenders import SelfAttention
from trovato.train.sasrec.config import SASRec
from trovato.train.sasrec.losses import calibration, chance, draw_negatives, gbce, softmax_backward
from trovato.train.sasrec.network import first_weights, read
from trovato.train.sequence.batching import Batch
from trovato.train.sequence.checkpoint import Arrays, fingerprint
from trovato.train.sequence.held_back import HeldBack
from trovato.train.sequence.trainer import Weights, fit_sequences, torch_threads

_TILE = 16384


def fit_sasrec(
    histories: Sequences,
    items: int,
    config: SASRec = SASRec(),
    *,
    device: str = "cpu",
    threads: int = 0,
    checkpoint: PathLike | None = None,
    progress: ProgressCallback = no_progress,
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
        Told of rows, round by round, with the loss and the held-back measure so far.

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
    start = first_weights(items, config)
    with torch_threads(torch, threads):
        best = fit_sequences(
            _Network(start, config, device),
            histories,
            config,
            mark=fingerprint(histories, items, config),
            checkpoint=checkpoint,
            progress=progress,
        )
    return replace(start, **best)


class _Network:
    """Scores of what comes next, against the whole catalogue or drawn items."""

    def __init__(self, start: SelfAttention, config: SASRec, device: str) -> None:
        import torch

        self.name = "SASRec"
        self._start, self._config, self._device = start, config, device
        drawn = config.negatives
        self._beta = calibration(drawn, start.items, config.gbce_t) if drawn else 1.0
        names = [one.name for one in fields(SelfAttention) if one.name != "heads"]
        self.weights: Weights = {
            name: torch.tensor(getattr(start, name), device=device).requires_grad_()
            for name in names
        }

    def backward(self, batch: Batch, random: Any) -> float:
        import torch

        config, vectors = self._config, self.weights["vectors"]
        items = torch.from_numpy(batch.items).to(self._device)
        targets = torch.from_numpy(batch.targets).to(self._device)
        lengths = (targets >= 0).sum(1) - 1
        found = read(self.weights, items, lengths, config.heads, config.dropout, random)
        hidden, targets = found[targets >= 0], targets[targets >= 0]
        if not config.negatives:
            return softmax_backward(hidden, targets, vectors)
        drawn = draw_negatives(len(vectors), config.negatives, len(targets), random)
        start = chance(config.negatives, self._beta)
        loss = gbce(hidden, targets, vectors, drawn, self._beta, start)
        loss.backward()
        return float(loss.detach())

    def measure(self, weights: Arrays, held: HeldBack) -> float:
        """Mean nDCG of the item held back, among all items and without a cutoff."""
        recommender = replace(self._start, **weights)
        scored = recommender.score(held.before)
        own = scored.pairs(np.arange(len(held)), held.last)
        ranks = np.ones(len(held), np.int64)
        for first in range(0, recommender.items, _TILE):
            tile = scored.tile(first, min(first + _TILE, recommender.items))
            ranks += (tile > own[:, None]).sum(axis=1)
        return float((1 / np.log2(1 + ranks)).mean())
