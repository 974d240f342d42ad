"""Options that say how a log becomes an experiment, shared by the commands of `recommend`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from trovato.interactions.relevance import POSITIVES
from trovato.recommend import GENERAL, PROTOCOLS

Command = Callable[..., Any]


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
