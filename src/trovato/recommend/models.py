"""The recommenders of the benchmark, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, PathLike, Recommender
from trovato.core.shapes import Float32
from trovato.interactions.storage.embeddings import read_embeddings
from trovato.ops import l2_normalize
from trovato.recommend.dataset import Experiment
from trovato.retrieve.recommenders import ContentNeighbours, RandomScores
from trovato.train import (
    SASRec,
    SASRecListener,
    conversion,
    count_items,
    fit_sasrec,
    implicit_factors,
    item_neighbours,
    popularity,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen; each model uses some of it.

    Parameters
    ----------
    half_life
        `recent`: weeks after which a row counts half.
    prior
        `conversion`: rows with the mean rate that each item is given in advance.
    neighbours, shrinkage
        `item-knn`: see `trovato.train.item_neighbours`.
    newest
        `item-knn` and `content`: how many items of a history count.
    factors
        Components of the vectors of `ials`, `sasrec` and `gsasrec`.
    regularisation, confidence, iterations
        `ials`: see `trovato.train.implicit_factors`.
    length, blocks, heads, dropout, epochs, patience
        `sasrec` and `gsasrec`: see `trovato.train.SASRec`.
    negatives, trust
        `gsasrec`: see `trovato.train.SASRec`.
    device
        `sasrec` and `gsasrec`: "cpu" or "cuda".
    seed
        `random`, `ials`, `sasrec` and `gsasrec`.
    threads
        `ials`, `sasrec` and `gsasrec`: 0 for one on each processor.
    """

    half_life: float = 1.0
    prior: float = 0.0
    neighbours: int = 50
    shrinkage: float = 10.0
    newest: int = 50
    factors: int = 64
    regularisation: float = 0.01
    confidence: float = 1.0
    iterations: int = 15
    length: int = 50
    blocks: int = 2
    heads: int = 1
    dropout: float = 0.2
    epochs: int = 50
    patience: int = 5
    negatives: int = 256
    trust: float = 0.75
    device: str = "cpu"
    seed: int = 0
    threads: int = 0


def _random(experiment: Experiment, settings: Settings) -> Recommender:
    return RandomScores(len(experiment.catalogue), settings.seed)


def _popularity(experiment: Experiment, settings: Settings) -> Recommender:  # noqa: ARG001
    return popularity(count_items(experiment.training(), len(experiment.catalogue)))


def _recent(experiment: Experiment, settings: Settings) -> Recommender:
    counts = count_items(experiment.training(), len(experiment.catalogue), settings.half_life)
    return popularity(counts)


def _conversion(experiment: Experiment, settings: Settings) -> Recommender:
    counts = count_items(experiment.training(), len(experiment.catalogue))
    return conversion(counts, settings.prior)


def _item_knn(experiment: Experiment, settings: Settings) -> Recommender:
    return item_neighbours(
        experiment.histories.distinct(),
        len(experiment.catalogue),
        neighbours=settings.neighbours,
        shrinkage=settings.shrinkage,
        newest=settings.newest,
    )


def _ials(experiment: Experiment, settings: Settings) -> Recommender:
    return implicit_factors(
        experiment.histories,
        len(experiment.catalogue),
        dim=settings.factors,
        regularisation=settings.regularisation,
        confidence=settings.confidence,
        iterations=settings.iterations,
        seed=settings.seed,
        threads=settings.threads,
    )


def _content(experiment: Experiment, settings: Settings) -> Recommender:
    return ContentNeighbours(content_vectors(experiment), settings.newest)


def content_vectors(experiment: Experiment) -> Float32[np.ndarray, "items dim"]:
    """What the items of an experiment are, as vectors of length 1; zeros where it is not known.

    Raises
    ------
    InvalidInputError
        If the log has no content vectors.
    UnreadableFileError
        If their file is damaged.
    """
    path = experiment.log.embeddings
    if path is None:
        raise InvalidInputError(_NO_VECTORS)
    return l2_normalize(read_embeddings(path, experiment.catalogue.ids))


_NO_VECTORS = (
    "the log has no content vectors: keep them in metadata/item_embeddings.npz, as arrays item_id "
    "and embedding"
)


def lacks(model: str, experiment: Experiment) -> str | None:
    """What a log lacks that a model needs; None where nothing is missing."""
    return _NO_VECTORS if model == "content" and experiment.log.embeddings is None else None


_FITTED_AT_ONCE: dict[str, Callable[[Experiment, Settings], Recommender]] = {
    "random": _random,
    "popularity": _popularity,
    "recent": _recent,
    "conversion": _conversion,
    "item-knn": _item_knn,
    "ials": _ials,
    "content": _content,
}

_BY_EPOCHS = ("sasrec", "gsasrec")

MODELS = (*_FITTED_AT_ONCE, *_BY_EPOCHS)


def fit(
    model: str,
    experiment: Experiment,
    settings: Settings = Settings(),
    *,
    checkpoint: PathLike | None = None,
    listener: SASRecListener = lambda _: None,
) -> Recommender:
    """Fit a recommender to the training rows.

    Parameters
    ----------
    model
        One of `MODELS`.
    experiment
        The log under its protocol.
    settings
        What can be chosen.
    checkpoint, listener
        `sasrec` and `gsasrec`: see `trovato.train.fit_sasrec`.

    Raises
    ------
    InvalidInputError
        If no model has that name, the log lacks what it needs (see `lacks`), a setting is out of
        range, or the checkpoint is of another training.
    MissingExtraError
        If the model needs a package that is not installed.
    StorageError, UnreadableFileError
        If the checkpoint cannot be written, or is damaged.
    """
    if model not in MODELS:
        raise InvalidInputError(f"no model is called {model!r}; use one of {', '.join(MODELS)}")
    if model in _FITTED_AT_ONCE:
        return _FITTED_AT_ONCE[model](experiment, settings)
    recipe = SASRec(
        dim=settings.factors,
        blocks=settings.blocks,
        heads=settings.heads,
        length=settings.length,
        dropout=settings.dropout,
        negatives=settings.negatives if model == "gsasrec" else 0,
        trust=settings.trust,
        epochs=settings.epochs,
        patience=settings.patience,
        seed=settings.seed,
    )
    return fit_sasrec(
        experiment.histories,
        len(experiment.catalogue),
        recipe,
        device=settings.device,
        threads=settings.threads,
        checkpoint=checkpoint,
        listener=listener,
    )
