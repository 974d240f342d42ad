"""What a step of training learns from, and how its texts become vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float32
from trovato.encode.late_interaction.texts.tokens import TextTokens, TextWindow
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.grad_cache import Encoded
from trovato.train.encoder.pairs import TrainingPair


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Questions and documents of one step.

    Parameters
    ----------
    queries
        Texts.
    documents
        The positives in the order of the queries, then all negatives.
    right
        Texts that answer each query.
    teacher
        `(queries, documents)`: a teacher's scores; NaN where it gave none.
    owners
        The query that each document was brought by.
    """

    queries: tuple[str, ...]
    documents: tuple[str, ...]
    right: tuple[tuple[str, ...], ...]
    teacher: Float32[np.ndarray, "queries documents"]
    owners: tuple[int, ...]


def batch_at(pairs: Sequence[TrainingPair], config: EncoderTraining, step: int) -> Batch:
    """The batch of a step, whatever ran before: rounds over all pairs in drawn orders."""
    size = min(config.batch, len(pairs))
    a_round = len(pairs) // size
    number, place = divmod(step, a_round)
    order = generator(config.seed, f"encoder training, round {number}").permutation(len(pairs))
    chosen = [pairs[at] for at in order[place * size : (place + 1) * size].tolist()]
    random = generator(config.seed, f"encoder training, step {step}")
    documents = [pair.positives[0] for pair in chosen]
    owners, scores = list(range(size)), {}
    for row, pair in enumerate(chosen):
        if pair.scores:
            scores[row, row] = pair.scores[0]
        count = min(config.negatives, len(pair.negatives))
        for at in sorted(random.permutation(len(pair.negatives))[:count].tolist()):
            if pair.scores:
                scores[row, len(documents)] = pair.scores[1 + at]
            documents.append(pair.negatives[at])
            owners.append(row)
    teacher = np.full((size, len(documents)), np.nan, np.float32)
    for cell, score in scores.items():
        teacher[cell] = score
    return Batch(
        tuple(pair.query for pair in chosen),
        tuple(documents),
        tuple(pair.positives for pair in chosen),
        teacher,
        tuple(owners),
    )


def batch_windows(batch: Batch, tokens: TextTokens) -> list[TextWindow]:
    """Tokens of all queries, then of all documents; of a long document the first window."""
    queries = [tokens.query(text)[:1] for text in batch.queries]
    documents = [tokens.document(text)[:1] for text in batch.documents]
    empty = TextWindow(
        np.zeros(1, np.int64),
        np.ones(1, np.bool_),
        np.zeros(1, np.bool_),
        np.zeros((0, 2), np.int32),
    )
    return [window for found in (*queries, *documents) for window in (found or [empty])]


def encode_windows(network: Any, windows: Sequence[TextWindow]) -> Encoded:
    """Vectors `(windows, tokens, dim)`, and which tokens are compared."""
    import torch

    longest = max(len(window.ids) for window in windows)
    ids = np.zeros((len(windows), longest), np.int64)
    attended, kept = np.zeros_like(ids), np.zeros(ids.shape, np.bool_)
    for row, window in enumerate(windows):
        width = len(window.ids)
        ids[row, :width], attended[row, :width] = window.ids, window.attended
        kept[row, :width] = window.kept
    device = next(network.parameters()).device
    parts = (torch.from_numpy(part).to(device) for part in (ids, attended))
    return network(*parts), torch.from_numpy(kept).to(device)
