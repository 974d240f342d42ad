"""Options for the settings of models, as the models describe them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import Field, fields
from typing import Any

import click

from trovato.core import InvalidInputError
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


def parse_settings(chosen: Iterable[str]) -> dict[str, Any]:
    """Settings from `name=value`, each of the type that its default is of.

    Raises
    ------
    InvalidInputError
        If no model has such a setting, or the value is of another type.
    """
    known = _settings()
    read = {}
    for one in chosen:
        name, _, value = one.partition("=")
        if name not in known:
            raise InvalidInputError(f"there is no setting {name!r}; choose from {', '.join(known)}")
        kind: type[Any] = type(next(iter(known[name].values())).default)
        try:
            read[name] = kind(value)
        except ValueError as error:
            raise InvalidInputError(f"{name} is a {kind.__name__}, got {value!r}") from error
    return read


def _settings() -> dict[str, dict[str, Field[Any]]]:
    """Each setting, by the models that have it."""
    found: dict[str, dict[str, Field[Any]]] = {}
    for model, config in MODELS.items():
        for one in fields(config):
            found.setdefault(one.name, {})[model] = one
    return found
