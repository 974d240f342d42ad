"""Options for the settings of models, as the models describe them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any

import click

from trovato.recommend import MODELS


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option for each setting, of which a model takes its own; none has a default here."""
    for name, using in reversed(_settings().items()):
        default = "; ".join(dict.fromkeys(f"{one.default}" for one in using.values()))
        first = next(iter(using.values()))
        choices = first.metadata["choices"]
        command = click.option(
            f"--{name.replace('_', '-')}",
            type=click.Choice(choices) if choices else type(first.default),
            help=f"{', '.join(using)}: {first.metadata['help']}.  [default: {default}]",
        )(command)
    return command


def model_defaults() -> dict[str, object]:
    """What each setting is where it is not chosen, by the first model that has it."""
    return {name: next(iter(using.values())).default for name, using in _settings().items()}


def _settings() -> dict[str, dict[str, Field[Any]]]:
    """Each setting, by the models that have it."""
    found: dict[str, dict[str, Field[Any]]] = {}
    for model, config in MODELS.items():
        for one in fields(config):
            found.setdefault(one.name, {})[model] = one
    return found
