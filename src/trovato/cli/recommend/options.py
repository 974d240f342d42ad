"""Arguments and options that commands of `recommend` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from trovato.evaluate.recommendation import CONVENTIONS
from trovato.interactions.relevance import POSITIVES
from trovato.recommend import GENERAL, PROTOCOLS

Command = Callable[..., Any]

log_argument = click.argument("log", type=click.Path(path_type=Path, exists=True, file_okay=False))
file_argument = click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
quiet_option = click.option("--quiet", is_flag=True, help="No progress bar.")
settings_option = click.option(
    "--set", "chosen", multiple=True, metavar="NAME=VALUE", help="A setting, such as factors=32."
)
conventions_option = click.option(
    "--conventions",
    type=click.Choice(list(CONVENTIONS)),
    default="trec",
    show_default=True,
    help="Whose definitions to measure by.",
)
repeat_option = click.option(
    "--repeat/--mask-seen", help="Whether what a user was shown may be recommended again."
)
resamples_option = click.option(
    "--resamples",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Draws behind each interval.",
)


def protocol_options(command: Command) -> Command:
    """Add `--protocol`, `--test-weeks` and `--positive`."""
    positive = click.option(
        "--positive",
        type=click.Choice(list(POSITIVES)),
        help="What counts as caring; by default the first of these that any row meets.",
    )
    return split_options(positive(command))


def split_options(command: Command) -> Command:
    """Add `--protocol` and `--test-weeks`."""
    protocol = click.option(
        "--protocol",
        type=click.Choice([*PROTOCOLS, *GENERAL]),
        help="By default temporal for 27 weeks, weeks for another number, last for one.",
    )
    test_weeks = click.option(
        "--test-weeks",
        type=click.IntRange(min=1),
        help="How many of its last weeks to test on (weeks, weeks-validation); 1 by default.",
    )
    return protocol(test_weeks(command))
