"""The recommenders of the benchmark, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from trovato.core import (
    InvalidInputError,
    PathLike,
    ProgressCallback,
    Recommender,
    check_many,
    no_progress,
)
from trovato.recommend.models.config import ModelConfig
from trovato.recommend.models.content import NO_VECTORS, ContentConfig
from trovato.recommend.models.factors import BPRConfig, IALSConfig, LightGCNModelConfig
from trovato.recommend.models.generative import NO_IDS, GenerativeModelConfig
from trovato.recommend.models.linear import EASEConfig, SLIMConfig
from trovato.recommend.models.neighbours import ItemKNNConfig
from trovato.recommend.models.non_personalized import (
    ConversionConfig,
    PopularityConfig,
    RandomConfig,
    RecentConfig,
)
from trovato.recommend.models.sequential import GSASRecConfig, SASRecConfig
from trovato.recommend.training_data import TrainingData

MODELS: dict[str, type[ModelConfig]] = {
    "random": RandomConfig,
    "popularity": PopularityConfig,
    "recent": RecentConfig,
    "conversion": ConversionConfig,
    "item-knn": ItemKNNConfig,
    "ease": EASEConfig,
    "slim": SLIMConfig,
    "ials": IALSConfig,
    "bpr": BPRConfig,
    "lightgcn": LightGCNModelConfig,
    "content": ContentConfig,
    "sasrec": SASRecConfig,
    "gsasrec": GSASRecConfig,
    "generative": GenerativeModelConfig,
}


def model_config(model: str, **settings: Any) -> ModelConfig:
    """Settings of one model; what is not given keeps its default.

    Raises
    ------
    InvalidInputError
        If no model has that name, or it has no setting of such a name; the message lists those
        that it has.

    Examples
    --------
    >>> model_config("item-knn", neighbours=20).neighbours
    20
    """
    known = settings_of(model)
    unknown = [name for name in settings if name not in known]
    if unknown:
        listed = ", ".join(f"{name} ({default})" for name, default in known.items())
        raise InvalidInputError(
            f"{model} has no setting {', '.join(unknown)}; it has {listed or 'none'}"
        )
    return MODELS[model](**settings)


def model_configs(models: Sequence[str], settings: Mapping[str, Any]) -> dict[str, ModelConfig]:
    """Settings of several models: each setting goes to those that have one of that name.

    Raises
    ------
    InvalidInputError
        If no model has one of the names, or none of the models has such a setting.

    Examples
    --------
    >>> configs = model_configs(["popularity", "ials"], {"factors": 32})
    >>> configs["ials"].factors
    32
    """
    check_many("models", models)
    used = {name for model in models for name in settings_of(model)}
    for name in settings:
        if name not in used:
            raise InvalidInputError(
                f"no model has the setting {name!r}; choose from {', '.join(sorted(used))}"
            )
    return {
        model: model_config(
            model, **{name: settings[name] for name in settings_of(model) if name in settings}
        )
        for model in models
    }


def settings_of(model: str) -> dict[str, Any]:
    """Names and defaults of a model's settings.

    Examples
    --------
    >>> settings_of("recent")
    {'half_life': 1.0}
    """
    if model not in MODELS:
        raise InvalidInputError(f"no model is called {model!r}; use one of {', '.join(MODELS)}")
    return {one.name: one.default for one in fields(MODELS[model])}


def lacks(model: str | ModelConfig, data: TrainingData) -> str | None:
    """What a log or a configuration lacks that a model needs; None where nothing is missing."""
    config = MODELS[model]() if isinstance(model, str) else model
    if isinstance(config, GenerativeModelConfig) and not config.ids:
        return NO_IDS
    if isinstance(config, ContentConfig) and data.embeddings is None:
        return NO_VECTORS
    return None


def fit_model(
    model: str | ModelConfig,
    data: TrainingData,
    *,
    checkpoint: PathLike | None = None,
    progress: ProgressCallback = no_progress,
    **settings: Any,
) -> Recommender:
    """Fit a recommender to the training rows.

    Parameters
    ----------
    model
        One of `MODELS`, or its configuration.
    data
        The log under its protocol, or interactions without a log.
    checkpoint, progress
        `sasrec` and `gsasrec`: see `trovato.train.fit_sasrec`.
    settings
        Of the model, where it is named; see `model_config`.

    Raises
    ------
    InvalidInputError
        If no model has that name, the log lacks what it needs (see `lacks`), a setting is unknown
        or out of range, or the checkpoint is of another training.
    MissingExtraError
        If the model needs a package that is not installed.
    StorageError, UnreadableFileError
        If the checkpoint cannot be written, or is damaged.

    Examples
    --------
    >>> seen = Interactions.of([("ann", "M"), ("bob", "M"), ("bob", "Ran")])
    >>> fit_model("popularity", seen).items
    2
    """
    config = model_config(model, **settings) if isinstance(model, str) else model
    return config.fit(data, checkpoint=checkpoint, progress=progress)
