"""A recommender fitted to a log, and how it was made."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from trovato.core import PathLike, ProgressCallback, Recommender, no_progress
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend.dataset import Experiment
from trovato.recommend.default_protocol import default_protocol, find_protocol
from trovato.recommend.models import fit_model, model_config
from trovato.recommend.tuning import tune_model


def fit_log(
    model: str,
    log: InteractionLog,
    *,
    protocol: str | None = None,
    positive: str | None = None,
    test_weeks: int | None = None,
    trials: int = 0,
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
    trials
        How many settings to try on validation rows before the model is fitted with the best of
        them; 0 for none. See `tune_model`.

    Returns
    -------
    The recommender, what it was fitted to, and how it was made, as a model file holds it.

    Raises
    ------
    InvalidInputError, MissingExtraError, StorageError, UnreadableFileError
        As for `find_protocol`, `Experiment.of`, `fit_model` and `tune_model`.
    """
    config = model_config(model, **settings)
    name = default_protocol(log, test_weeks) if protocol is None else protocol
    tuned: dict[str, Any] = {}
    if trials:
        tuning = tune_model(
            model,
            log,
            trials=trials,
            protocol=name,
            positive=positive,
            test_weeks=test_weeks,
            progress=progress,
            **settings,
        )
        config = tuning.best
        tuned = {
            "tuned": {
                "protocol": tuning.protocol,
                "trials": [{**asdict(one), tuning.measure: mean} for one, mean in tuning.trials],
            }
        }
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
        **tuned,
    }
    return recommender, experiment, made
