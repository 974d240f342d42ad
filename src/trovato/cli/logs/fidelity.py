"""`trovato logs fidelity`: a drawn log beside the published one."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np

from trovato.cli.shared.console import plural
from trovato.cli.shared.row_progress import rows_progress
from trovato.core import InvalidInputError
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Comparison, compare
from trovato.recommend import PROTOCOLS, Experiment, factor_similarity
from trovato.retrieve.recommenders import Factors, load_recommender


@click.command()
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--factors",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A model of `trovato recommend train --model ials`: compare its items, too.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def fidelity(log: Path, factors: Path | None, as_json: bool, quiet: bool) -> None:
    """Put the figures of LOG beside the published ones, each with its tolerance.

    Ends with status 1 if one misses it.

    \b
    Examples:
      trovato logs fidelity small/
      trovato logs fidelity small/ --factors ials.npz
    """
    with rows_progress(quiet or as_json) as tell:
        found = compare(InteractionLog.open(log), tell)
    if factors is not None:
        found += _alike(log, factors)
    missed = sum(not one.holds for one in found)
    if as_json:
        click.echo(json.dumps([{**asdict(one), "holds": one.holds} for one in found], indent=2))
    else:
        for one in found:
            mark = "" if one.holds else "  missed"
            click.echo(f"{one.name:<42} {one.found:>10.4g}  {one.least:.4g}…{one.most:.4g}{mark}")
        click.echo(f"{plural(missed, 'figure')} missed." if missed else "All are as wanted.")
    if missed:
        raise click.exceptions.Exit(1)


def _alike(log: Path, file: Path) -> list[Comparison]:
    recommender, catalogue, _ = load_recommender(file)
    if not isinstance(recommender, Factors):
        raise InvalidInputError(f"{file} has no factors: train it with `--model ials`")
    experiment = Experiment.of(InteractionLog.open(log), PROTOCOLS["temporal"])
    if not np.array_equal(catalogue.ids, experiment.catalogue.ids):
        raise InvalidInputError(f"{file} was trained on another log than {log}")
    audience = np.bincount(experiment.histories.items, minlength=len(catalogue))
    alike = factor_similarity(recommender.vectors, catalogue, audience, InteractionLog.open(log))
    return [
        Comparison("cosine of items of one author", alike.author, 0.53, 0.63),
        Comparison("cosine of those of one length, too", alike.metadata, alike.author, 1.0),
    ]
