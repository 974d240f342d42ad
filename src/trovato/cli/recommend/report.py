"""`trovato recommend benchmark`: several recommenders under one protocol, as a page to read."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trovato.cli.recommend.model_options import model_defaults
from trovato.cli.recommend.options import (
    conventions_option,
    log_argument,
    protocol_options,
    quiet_option,
    repeat_option,
    resamples_option,
    settings_option,
)
from trovato.cli.shared.progress import progress_bar
from trovato.cli.shared.settings import parse_settings
from trovato.core import InvalidInputError, atomic_path
from trovato.evaluate.recommendation import CONVENTIONS
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import MODELS, Experiment, compare_models, find_protocol
from trovato.systems.vk_lsvd import PUBLISHED


@click.command()
@log_argument
@click.option(
    "--models",
    default="popularity,conversion,ials",
    show_default=True,
    help="Names with commas between them; the others are compared with the first.",
)
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The page; the same as JSON goes beside it.",
)
@protocol_options
@conventions_option
@repeat_option
@resamples_option
@settings_option
@quiet_option
def benchmark(
    log: Path,
    models: str,
    page: Path,
    protocol: str | None,
    test_weeks: int | None,
    positive: str | None,
    conventions: str,
    repeat: bool,
    resamples: int,
    chosen: tuple[str, ...],
    quiet: bool,
) -> None:
    """Fit models to LOG, measure them on the same users, and write a report.

    The page holds tables and plots in one file and needs no network. Settings are those of
    `trovato recommend train`, with `_` for `-`. A model that needs what LOG lacks is left out.

    \b
    Examples:
      trovato recommend benchmark small/ --html report.html
      trovato recommend benchmark small/ --models popularity,content,ials --set factors=32 \\
        --html report.html
    """
    settings = parse_settings(chosen, model_defaults())
    names = [name.strip() for name in models.split(",")]
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        raise InvalidInputError(
            f"no model is called {unknown[0]!r}; use some of {', '.join(MODELS)}"
        )
    opened = InteractionLog.open(log)
    experiment = Experiment.of(
        opened, find_protocol(opened, protocol, positive=positive, test_weeks=test_weeks)
    )
    with progress_bar(hidden=quiet) as tell:
        report = compare_models(
            names,
            experiment,
            log=log.resolve().name,
            settings=settings,
            conventions=(conventions, CONVENTIONS[conventions]),
            repeat=repeat,
            resamples=resamples,
            published=PUBLISHED,
            progress=tell,
        )
    beside = page.with_suffix(".json")
    for path, text in (
        (page, report.to_html()),
        (beside, json.dumps(report.to_json(), indent=2) + "\n"),
    ):
        with atomic_path(path) as part:
            part.write_text(text, encoding="utf-8")
    for name, why in report.left_out.items():
        click.echo(f"{name} left out: {why}", err=True)
    click.echo(f"{', '.join(report.trials)}: {page} and {beside}")
