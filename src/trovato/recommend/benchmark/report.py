"""Several recommenders under one protocol, as JSON and as one page of HTML."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, check_many, no_progress
from trovato.evaluate import Estimate, interval_chart, line_chart
from trovato.evaluate.recommendation import MetricConventions
from trovato.recommend.benchmark.published_table import PublishedTable
from trovato.recommend.benchmark.run import Trial, run_trial
from trovato.recommend.dataset import Experiment
from trovato.recommend.models import ModelConfig, fit_model, lacks, model_configs
from trovato.recommend.protocol import PROTOCOLS

_POINTS = 60  # of a curve


@dataclass(frozen=True, slots=True, eq=False)
class BenchmarkReport:
    """Recommenders that were fitted to one log and measured on the same users.

    Parameters
    ----------
    log
        What the log is called.
    protocol, positive, cutoff
        Name and version; what counts as caring; length of the lists.
    conventions, masked
        What the measures' names mean, and whether items of the history were left out.
    configs
        Settings of each model.
    counts
        Users, items and rows of the log under the protocol, by name.
    trials
        By the name of the model, in the order asked for; the others are compared with the first.
    left_out
        Models that were asked for, with what the log lacks for them.
    published
        What others published under this protocol.
    """

    log: str
    protocol: str
    positive: str
    cutoff: int
    conventions: str
    masked: bool
    configs: Mapping[str, ModelConfig]
    counts: Mapping[str, int]
    trials: Mapping[str, Trial]
    left_out: Mapping[str, str] = field(default_factory=dict)
    published: PublishedTable | None = None

    @property
    def first(self) -> str:
        """The model that the others are compared with."""
        return next(iter(self.trials))

    def differences(self) -> dict[str, dict[str, Estimate]]:
        """How much better each other model is than the first, in pairs, by model and measure."""
        base = self.trials[self.first]
        return {
            name: trial.minus(base) for name, trial in self.trials.items() if name != self.first
        }

    def popularity_curves(self) -> dict[str, list[tuple[float, float]]]:
        """Shares of recommendations by how many of the most popular items get them.

        The number of items is a logarithm to base 10.
        """
        items = self.counts["items"]
        ranks = np.unique(np.round(np.geomspace(1, items, _POINTS)).astype(np.int64))
        return {
            name: [
                (math.log10(rank), float(share))
                for rank, share in zip(
                    ranks.tolist(), trial.exposure.shares_by_popularity(ranks), strict=True
                )
            ]
            for name, trial in self.trials.items()
        }

    def settings(self) -> dict[str, dict[str, Any]]:
        """Settings of each model, by name."""
        return {name: asdict(config) for name, config in self.configs.items()}

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values that `json.dumps` takes; what is not defined is null."""
        models = {
            name: {**trial.figures.to_json(), "auc": _plain(trial.auc_interval())}
            for name, trial in self.trials.items()
        }
        differences = {
            name: {measure: _plain(one) for measure, one in found.items()}
            for name, found in self.differences().items()
        }
        return {
            "made by": f"trovato {version('trovato')}",
            "log": self.log,
            "protocol": self.protocol,
            "positive": self.positive,
            "cutoff": self.cutoff,
            "conventions": self.conventions,
            "seen items masked": self.masked,
            "settings": self.settings(),
            "counts": dict(self.counts),
            "models": models,
            f"differences from {self.first}": differences,
            "popularity curves": self.popularity_curves(),
            "left out": dict(self.left_out),
            **({"published elsewhere": asdict(self.published)} if self.published else {}),
        }

    def to_html(self) -> str:
        """One page that needs no network, no script and no other file."""
        from jinja2 import Environment, PackageLoader

        figures = {name: trial.figures for name, trial in self.trials.items()}
        names = list(next(iter(figures.values())).slices["all"].means)
        main = [name for name in names if name.startswith(("nDCG", "R@"))]
        means = {
            name: {**one.slices["all"].means, "AUC": self.trials[name].auc_interval()}
            for name, one in figures.items()
        }
        charts = [
            (measure, interval_chart({name: one[measure] for name, one in means.items()}, measure))
            for measure in [*main, "AUC"]
            if not any(math.isnan(one[measure].mean) for one in means.values())
        ]
        spread = {
            name: [(math.log10(max(one.coverage, 1e-9)), means[name][main[0]].mean)]
            for name, one in figures.items()
        }
        page = Environment(
            loader=PackageLoader("trovato.recommend.benchmark", "."),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("report.html")
        return page.render(
            report=self,
            version=version("trovato"),
            settings=self.settings(),
            figures=figures,
            means=means,
            measures=[*main, "AUC", *(name for name in names if name not in main)],
            main=main,
            slices=[name for name in figures[self.first].slices if name != "all"],
            charts=charts,
            spread=line_chart(spread, "log10 of coverage", main[0]),
            curves=line_chart(
                self.popularity_curves(),
                "log10 of the number of most popular items",
                "share of recommendations that they get",
            ),
            differences=self.differences(),
        )


def compare_models(
    models: Sequence[str],
    experiment: Experiment,
    *,
    log: str,
    settings: Mapping[str, Any] = MappingProxyType({}),
    conventions: tuple[str, MetricConventions] = ("trec", MetricConventions()),
    repeat: bool = False,
    resamples: int = 200,
    published: PublishedTable | None = None,
    progress: ProgressCallback = no_progress,
) -> BenchmarkReport:
    """Fit models to one log and measure them on the same users.

    A model that needs what the log lacks is left out, and the report says why.

    Parameters
    ----------
    models
        Names of `MODELS`; the others are compared with the first.
    experiment
        The log under its protocol.
    log
        What to call the log in the report.
    settings
        Each goes to the models that have one of that name.
    conventions
        Name and meaning.
    repeat, resamples
        See `run_benchmark`.
    published
        To stand beside the figures of the published protocols, `PROTOCOLS`.
    progress
        Told of the model, and how many users are done of how many.

    Raises
    ------
    InvalidInputError
        If no model is named, one is unknown or comes twice, none can be fitted, or nobody can be
        tested.
    MissingExtraError
        If a model needs a package that is not installed.
    """
    check_many("models", models)
    if not models or len(set(models)) < len(models):
        raise InvalidInputError(f"name one or more models, each once, got {list(models)}")
    configs = model_configs(models, settings)
    left_out = {
        name: why
        for name, config in configs.items()
        if (why := lacks(config, experiment)) is not None
    }
    trials = {}
    for name in models:
        if name in left_out:
            continue
        progress(name, 0, 1)
        trials[name] = run_trial(
            fit_model(configs[name], experiment),
            experiment,
            conventions=conventions[1],
            repeat=repeat,
            resamples=resamples,
            progress=lambda _, done, total, name=name: progress(name, done, total),  # type: ignore[misc]
        )
    if not trials:
        raise InvalidInputError(f"no model can be fitted to this log: {left_out}")
    protocol = experiment.protocol
    return BenchmarkReport(
        log=log,
        protocol=protocol.name,
        positive=protocol.positive,
        cutoff=protocol.cutoff,
        conventions=conventions[0],
        masked=not repeat,
        configs={name: configs[name] for name in trials},
        counts={
            "items": len(experiment.catalogue),
            "users": len(experiment.users),
            "users with training rows": int(np.count_nonzero(experiment.trained)),
            "training rows": int(experiment.trained.sum()),
            "positive training rows": len(experiment.histories.items),
            "test rows": len(experiment.test_items.items),
            "positive test rows": int(np.count_nonzero(experiment.test_positive)),
        },
        trials=trials,
        left_out=left_out,
        published=published if protocol in PROTOCOLS.values() else None,
    )


def _plain(one: Estimate) -> dict[str, float] | None:
    return None if math.isnan(one.mean) else asdict(one)
