"""`trovato train`: training of language models and encoders."""

from __future__ import annotations

import click

from trovato.cli.lazy import LazyCommand


@click.group()
def train() -> None:
    """Training of language models by the rewards of their answers, and of encoders on pairs."""


train.add_command(
    LazyCommand(
        "encoder",
        "trovato.cli.train.encoder:encoder",
        "Train a late-interaction model on PAIRS of questions and documents.",
    )
)
train.add_command(
    LazyCommand(
        "rl",
        "trovato.cli.train.rl:rl",
        "Train MODEL by GRPO on EXAMPLES, and save it in a folder.",
    )
)
