"""Files that a command writes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class OutputFile(click.Path):
    """An option for a file to be written, whose folder must be there before the work begins."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:
        """The path.

        Raises
        ------
        click.BadParameter
            If its folder is not there, or the file may not be written.
        """
        path = super().convert(value, param, ctx)
        if not Path(value).parent.is_dir():
            self.fail(f"there is no folder {Path(value).parent}: make it first", param, ctx)
        return path
