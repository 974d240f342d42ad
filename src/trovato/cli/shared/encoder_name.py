"""The name of an encoder as an option."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trovato.encode import ENCODERS

_FOLDER = "hf:"


class EncoderName(click.ParamType):
    """One of `ENCODERS`, or hf:FOLDER, whose folder is made absolute: the collection keeps it."""

    name = "NAME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, checked."""
        if value.startswith(_FOLDER):
            folder = Path(value.removeprefix(_FOLDER))
            if not folder.is_dir():
                self.fail(f"there is no folder {folder}", param, ctx)
            return f"{_FOLDER}{folder.resolve()}"
        if value not in ENCODERS:
            self.fail(f"{value!r} is none of {', '.join(ENCODERS)}, and not hf:FOLDER", param, ctx)
        return str(value)


ENCODER_NAME = EncoderName()
