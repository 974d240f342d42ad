"""A recommender fitted to a log, and how it was made."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from trovato.core import PathLike, ProgressCallback, Recommender, no_progress
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend.dataset import Experiment
from trovato.recommend.default_protocol import default_protocol, find_protocol
from trovato.recommend.models import fit_model, model_config


def fit_log(
    model: str,
    log: InteractionLog,
    *,
    protocol: str | None = None,
    positive: str | None = None,
    test_weeks: int | None = None,
    checkpoint: PathLike | None = None,
    progress: ProgressCallback = no_progress,
    **settings: Any,
) -> tuple[Recommender, Experiment, dict[str, Any]]:
    """Fit a recommender to the training rows of a log under a protocol.

    Parameters
    ----------
    model, checkpoint, progress, settings
        See `fit_model`.
    log
        Parted by the protocol.
    protocol, positive, test_weeks
        See `find_protocol`.

    Returns
    -------
    The recommender, what it was fitted to, and how it was made, as a model file holds it.

    Raises
    ------
    InvalidInputError, MissingExtraError, StorageError, UnreadableFileError
        As for `find_protocol`, `Experiment.of` and `fit_model`.
    """
    config = model_config(model, **settings)
    name = default_protocol(log, test_weeks) if protocol is None else protocol
    found = find_protocol(log, name, positive=positive, test_weeks=test_weeks)
    experiment = Experiment.of(log, found)
    recommender = fit_model(config, experiment, checkpoint=checkpoint, progress=progress)
    made = {
        "model": model,
        "protocol": name,
        "test weeks": test_weeks,
        "version": found.name,
        "positive": found.positive,
        "settings": asdict(config),
    }
    return recommender, experiment, made
