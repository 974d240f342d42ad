"""The recommenders of the benchmark, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, PathLike, Recommender
from trovato.core.shapes import Float32
from trovato.encode.semantic_ids import load_ids
from trovato.interactions.storage.embeddings import read_embeddings
from trovato.ops import l2_normalize
from trovato.recommend.training_data import TrainingData
from trovato.retrieve.recommenders import ContentNeighbours, RandomScores
from trovato.train import (
    GenerativeConfig,
    SASRec,
    SASRecCallback,
    conversion,
    count_items,
    fit_generative,
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
        Components of the vectors of `ials`, `sasrec`, `gsasrec` and `generative`.
    regularisation, confidence, iterations
        `ials`: see `trovato.train.implicit_factors`.
    length, blocks, heads, dropout, epochs, patience
        `sasrec`, `gsasrec` and `generative`: see `trovato.train.SASRec`.
    negatives, gbce_t
        `gsasrec`: see `trovato.train.SASRec`.
    device
        `sasrec` and `gsasrec`: "cpu" or "cuda".
    seed
        `random`, `ials`, `sasrec`, `gsasrec` and `generative`.
    threads
        `ials`, `sasrec`, `gsasrec` and `generative`: 0 for one on each processor.
    ids
        `generative`: the file of the semantic ids, see `trovato.encode.semantic_ids.load_ids`.
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
    gbce_t: float = 0.75
    device: str = "cpu"
    seed: int = 0
    threads: int = 0
    ids: str = ""


_SEQUENTIAL = (
    *("factors", "blocks", "heads", "length", "dropout", "epochs", "patience"),
    *("device", "seed", "threads"),
)
# Which settings each model uses.
_SETTINGS: dict[str, tuple[str, ...]] = {
    "random": ("seed",),
    "popularity": (),
    "recent": ("half_life",),
    "conversion": ("prior",),
    "item-knn": ("neighbours", "shrinkage", "newest"),
    "ials": ("factors", "regularisation", "confidence", "iterations", "seed", "threads"),
    "content": ("newest",),
    "sasrec": _SEQUENTIAL,
    "gsasrec": (*_SEQUENTIAL, "negatives", "gbce_t"),
    "generative": ("ids", *(name for name in _SEQUENTIAL if name != "device")),
}


def settings_of(model: str, **chosen: Any) -> Settings:
    """Settings of one model; what is not chosen keeps its default.

    Raises
    ------
    InvalidInputError
        If no model has that name, or it uses no setting of such a name; the message lists those
        that it uses.
    """
    check_model(model)
    unknown = [name for name in chosen if name not in _SETTINGS[model]]
    if unknown:
        defaults = Settings()
        uses = ", ".join(f"{name} ({getattr(defaults, name)})" for name in _SETTINGS[model])
        raise InvalidInputError(
            f"{model} has no setting {', '.join(unknown)}; it has {uses or 'none'}"
        )
    return Settings(**chosen)


def _random(data: TrainingData, settings: Settings) -> Recommender:
    return RandomScores(len(data.catalogue), settings.seed)


def _popularity(data: TrainingData, settings: Settings) -> Recommender:  # noqa: ARG001
    return popularity(count_items(data.training(), len(data.catalogue)))


def _recent(data: TrainingData, settings: Settings) -> Recommender:
    counts = count_items(data.training(), len(data.catalogue), settings.half_life)
    return popularity(counts)


def _conversion(data: TrainingData, settings: Settings) -> Recommender:
    counts = count_items(data.training(), len(data.catalogue))
    return conversion(counts, settings.prior)


def _item_knn(data: TrainingData, settings: Settings) -> Recommender:
    return item_neighbours(
        data.histories.distinct(),
        len(data.catalogue),
        neighbours=settings.neighbours,
        shrinkage=settings.shrinkage,
        newest=settings.newest,
    )


def _ials(data: TrainingData, settings: Settings) -> Recommender:
    return implicit_factors(
        data.histories,
        len(data.catalogue),
        dim=settings.factors,
        regularisation=settings.regularisation,
        confidence=settings.confidence,
        iterations=settings.iterations,
        seed=settings.seed,
        threads=settings.threads,
    )


def _content(data: TrainingData, settings: Settings) -> Recommender:
    return ContentNeighbours(content_vectors(data), settings.newest)


def content_vectors(data: TrainingData) -> Float32[np.ndarray, "items dim"]:
    """What items are, as vectors of length 1; zeros where it is not known.

    Raises
    ------
    InvalidInputError
        If the log has no content vectors.
    UnreadableFileError
        If their file is damaged.
    """
    path = data.embeddings
    if path is None:
        raise InvalidInputError(_NO_VECTORS)
    return l2_normalize(read_embeddings(path, data.catalogue.ids))


_NO_VECTORS = (
    "the log has no content vectors: keep them in metadata/item_embeddings.npz, as arrays item_id "
    "and embedding"
)


def lacks(model: str, data: TrainingData, settings: Settings = Settings()) -> str | None:
    """What is lacking that a model needs; None where nothing is missing."""
    if model == "generative" and not settings.ids:
        return _NO_IDS
    return _NO_VECTORS if model == "content" and data.embeddings is None else None


_NO_IDS = (
    "generative needs semantic ids: make them by `trovato ids train`, and give the file as ids"
)


_FITTED_AT_ONCE: dict[str, Callable[[TrainingData, Settings], Recommender]] = {
    "random": _random,
    "popularity": _popularity,
    "recent": _recent,
    "conversion": _conversion,
    "item-knn": _item_knn,
    "ials": _ials,
    "content": _content,
}

_BY_EPOCHS = ("sasrec", "gsasrec", "generative")

MODELS = (*_FITTED_AT_ONCE, *_BY_EPOCHS)


def check_model(model: str) -> None:
    """Refuse a name that no model has.

    Raises
    ------
    InvalidInputError
        If it is none of `MODELS`.
    """
    if model not in MODELS:
        raise InvalidInputError(f"no model is called {model!r}; use one of {', '.join(MODELS)}")


def fit_model(
    model: str,
    data: TrainingData,
    settings: Settings = Settings(),
    *,
    checkpoint: PathLike | None = None,
    progress: SASRecCallback = lambda _: None,
) -> Recommender:
    """Fit a recommender to the training rows.

    Parameters
    ----------
    model
        One of `MODELS`.
    data
        The log under its protocol, or interactions without a log.
    settings
        What can be chosen.
    checkpoint, progress
        `sasrec`, `gsasrec` and `generative`: see `trovato.train.fit_sasrec`.

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
    check_model(model)
    if model in _FITTED_AT_ONCE:
        return _FITTED_AT_ONCE[model](data, settings)
    if model == "generative":
        return _generative(data, settings, checkpoint, progress)
    config = SASRec(
        dim=settings.factors,
        blocks=settings.blocks,
        heads=settings.heads,
        length=settings.length,
        dropout=settings.dropout,
        negatives=settings.negatives if model == "gsasrec" else 0,
        gbce_t=settings.gbce_t,
        epochs=settings.epochs,
        patience=settings.patience,
        seed=settings.seed,
    )
    return fit_sasrec(
        data.histories,
        len(data.catalogue),
        config,
        device=settings.device,
        threads=settings.threads,
        checkpoint=checkpoint,
        progress=progress,
    )


def _generative(
    data: TrainingData, settings: Settings, checkpoint: PathLike | None, progress: SASRecCallback
) -> Recommender:
    if not settings.ids:
        raise InvalidInputError(_NO_IDS)
    ids = load_ids(settings.ids)
    places = list(range(len(data.catalogue)))
    config = GenerativeConfig(
        dim=settings.factors,
        blocks=settings.blocks,
        heads=settings.heads,
        length=settings.length,
        dropout=settings.dropout,
        epochs=settings.epochs,
        patience=settings.patience,
        seed=settings.seed,
    )
    return fit_generative(
        data.histories,
        ids.places(data.catalogue.text_of(places)),
        ids.sizes,
        config,
        ids=ids.fingerprint,
        threads=settings.threads,
        checkpoint=checkpoint,
        progress=progress,
    )
