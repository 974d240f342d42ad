"""Which engine does the work on a log: `--engine` and `--master`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from trovato.core import InvalidInputError
from trovato.interactions.engines import embedded
from trovato.interactions.engines.protocol import Engine
from trovato.interactions.engines.spark import SparkEngine

_MASTER = "local[*]"


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which engine does the work."""
    engine = click.option(
        "--engine",
        type=click.Choice(["embedded", "spark"]),
        default="embedded",
        show_default=True,
        help="This process, or Spark; the answers are the same.",
    )
    master = click.option(
        "--master", help=f"Where Spark works, such as local[2]; by default {_MASTER}."
    )
    return engine(master(command))


@contextmanager
def chosen_engine(engine: str, master: str | None) -> Iterator[Engine]:
    """The engine that was asked for, until the block is left.

    Raises
    ------
    InvalidInputError
        If a master is named for an engine that has none.
    MissingExtraError, EngineError
        If Spark cannot be started.
    """
    if engine == "spark":
        with SparkEngine.started(master or _MASTER) as spark:
            yield spark
    elif master is not None:
        raise InvalidInputError("--master says where Spark works: add --engine spark")
    else:
        yield embedded
