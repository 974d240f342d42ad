"""Settings of a model that are chosen on rows before those that are tested on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from math import prod
from typing import Any

from trovato.core import InvalidInputError, ProgressCallback, generator, no_progress
from trovato.evaluate import NDCG
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend.benchmark.run import run_benchmark
from trovato.recommend.dataset import Experiment
from trovato.recommend.default_protocol import find_protocol
from trovato.recommend.models import ModelConfig, fit_model, model_config

# The protocol that leaves alone what another tests on.
_VALIDATION = {
    "temporal": "validation",
    "weeks": "weeks-validation",
    "last": "last-validation",
}


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was tried, and how well it did.

    Parameters
    ----------
    protocol
        Name and version of the protocol that settings were chosen under.
    measure
        Its name.
    trials
        Settings and their measure, in the order in which they were tried.
    """

    protocol: str
    measure: str
    trials: tuple[tuple[ModelConfig, float], ...]

    @property
    def best(self) -> ModelConfig:
        """The settings with the best measure; of equals, those that were tried first."""
        return max(self.trials, key=lambda trial: trial[1])[0]


def tune_model(
    model: str,
    log: InteractionLog,
    *,
    trials: int,
    protocol: str,
    positive: str | None = None,
    test_weeks: int | None = None,
    seed: int = 0,
    progress: ProgressCallback = no_progress,
    **settings: Any,
) -> Tuning:
    """Fit a model with several settings, and measure each on the rows before those tested on.

    The first trial has the defaults; the others are drawn without repetition from the values that
    the model's settings list as worth trying. The same seed tries the same.

    Parameters
    ----------
    model
        One of `MODELS`.
    log
        Parted by the validation protocol that belongs to `protocol`; what is tested on is not read.
    trials
        How many settings to try, at least 1.
    protocol, positive, test_weeks
        See `find_protocol`.
    seed
        Of the draw.
    progress
        Told of trials.
    settings
        Of the model, which keep these values in each trial.

    Raises
    ------
    InvalidInputError
        If the protocol has no validation, the model has nothing to tune, or as for `find_protocol`
        and `fit_model`.
    MissingExtraError, UnreadableFileError
        As for `fit_model`.
    """
    if trials < 1:
        raise InvalidInputError(f"trials must be at least 1, got {trials}")
    if protocol not in _VALIDATION:
        raise InvalidInputError(
            f"the protocol {protocol} keeps no validation rows: tune under {', '.join(_VALIDATION)}"
        )
    start = model_config(model, **settings)
    space = {name: values for name, values in _space(start).items() if name not in settings}
    if not space:
        raise InvalidInputError(f"{model} has no setting left to tune: fit it without")
    found = find_protocol(log, _VALIDATION[protocol], positive=positive, test_weeks=test_weeks)
    experiment = Experiment.of(log, found)
    measure = NDCG(found.cutoff)
    tried: list[tuple[ModelConfig, float]] = []
    total = min(trials, prod(map(len, space.values())))
    for config in _drawn(start, space, total, seed):
        recommender = fit_model(config, experiment)
        told = run_benchmark(recommender, experiment, measures=[measure], resamples=1)
        tried.append((config, told.slices["all"].means[str(measure)].mean))
        progress("trials", len(tried), total)
    return Tuning(found.name, str(measure), tuple(tried))


def _space(config: ModelConfig) -> dict[str, tuple[Any, ...]]:
    """The values worth trying of each setting that has any, with its default."""
    return {
        one.name: tuple(sorted({*one.metadata["tries"], one.default}))
        for one in fields(config)
        if one.metadata["tries"]
    }


def _drawn(
    start: ModelConfig, space: Mapping[str, tuple[Any, ...]], count: int, seed: int
) -> Iterator[ModelConfig]:
    """So many different settings, the given ones first."""
    yield start
    random = generator(seed, "settings to try")
    sizes = [*map(len, space.values())]
    left = count - 1
    for number in random.permutation(prod(sizes)):
        if not left:
            return
        chosen, rest = {}, int(number)
        for (name, values), size in zip(space.items(), sizes, strict=True):
            rest, at = divmod(rest, size)
            chosen[name] = values[at]
        config = replace(start, **chosen)
        if config != start:
            yield config
            left -= 1
