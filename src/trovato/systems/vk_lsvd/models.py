"""The recommenders of the benchmark, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trovato.core import InvalidInputError
from trovato.data.logs.embeddings import read_embeddings
from trovato.ops import normalise
from trovato.retrieve.recommenders import ContentNeighbours, RandomScores, Recommender
from trovato.systems.vk_lsvd.experiment import Experiment
from trovato.train import conversion, count_items, implicit_factors, item_neighbours, popularity


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
    factors, regularisation, confidence, iterations
        `ials`: see `trovato.train.implicit_factors`.
    seed
        `random` and `ials`.
    threads
        `ials`: 0 for one on each processor.
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
        experiment.histories,
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
    vectors = read_embeddings(experiment.layout.embeddings, experiment.catalogue.ids)
    return ContentNeighbours(normalise(vectors), settings.newest)


MODELS: dict[str, Callable[[Experiment, Settings], Recommender]] = {
    "random": _random,
    "popularity": _popularity,
    "recent": _recent,
    "conversion": _conversion,
    "item-knn": _item_knn,
    "ials": _ials,
    "content": _content,
}


def fit(model: str, experiment: Experiment, settings: Settings = Settings()) -> Recommender:
    """Fit a recommender to the training rows.

    Raises
    ------
    InvalidInputError
        If no model has that name, or a setting is out of range.
    MissingExtraError
        If the model needs a package that is not installed.
    """
    if model not in MODELS:
        raise InvalidInputError(f"no model is called {model!r}; use one of {', '.join(MODELS)}")
    return MODELS[model](experiment, settings)
