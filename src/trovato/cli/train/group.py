"""`trovato train`: training of language models."""

from __future__ import annotations

import click

from trovato.cli.lazy import LazyCommand


@click.group()
def train() -> None:
    """Training of language models by the rewards of their own answers."""


train.add_command(
    LazyCommand(
        "rl",
        "trovato.cli.train.rl:rl",
        "Train MODEL by GRPO on EXAMPLES, and save it in a folder.",
    )
)
