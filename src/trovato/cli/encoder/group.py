"""`trovato encoder`: what is done to models of one's own."""

from __future__ import annotations

import click

from trovato.cli.lazy import LazyCommand


@click.group()
def encoder() -> None:
    """Late-interaction models of your own: export them, merge them."""


encoder.add_command(
    LazyCommand(
        "export",
        "trovato.cli.encoder.export:export",
        "Write the text model in FOLDER as ONNX, which runs without torch.",
    )
)
encoder.add_command(
    LazyCommand(
        "merge",
        "trovato.cli.encoder.merge:merge",
        "Merge MODELS, trainings of one model, into one folder.",
    )
)
