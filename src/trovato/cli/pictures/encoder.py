"""The option that names an encoder of pictures."""

from __future__ import annotations

import click

from trovato.library import IMAGE_ENCODER_HELP

image_encoder_option = click.option(
    "--image-encoder",
    default="embedded",
    show_default=True,
    metavar="NAME",
    help=IMAGE_ENCODER_HELP,
)
