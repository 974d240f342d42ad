"""`trovato models`: which language models are here, and how to get one."""

from __future__ import annotations

import click

from trovato.cli.lazy import LazyCommand


@click.group()
def models() -> None:
    """Language models on this machine: list, get and check them."""


for _name, _place, _help in (
    ("list", "list_:list_models", "Show the models that are on this machine, and what can be got."),
    ("get", "get:get", "Fetch the model NAME, to be run without a network from then on."),
    ("check", "check:check", "Let a model answer, and verify that it can read documents apart."),
):
    models.add_command(LazyCommand(_name, f"trovato.cli.models.{_place}", _help))
