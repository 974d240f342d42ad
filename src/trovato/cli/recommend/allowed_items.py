"""Options that say which items may be recommended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Int64
from trovato.retrieve.recommenders import ItemIds

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def item_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--only` and `--exclude`."""
    for name, what in (("--exclude", "must not"), ("--only", "alone may")):
        help_text = f"A text file of items, one to a line, that {what} be recommended."
        command = click.option(name, type=_FILE, help=help_text)(command)
    return command


def allowed_items(
    catalogue: ItemIds, only: Path | None, exclude: Path | None
) -> Bool[np.ndarray, " items"] | None:
    """Which items of a catalogue may be recommended; None where nothing is said.

    Raises
    ------
    InvalidInputError
        If a file names no item of the catalogue.
    """
    if only is None and exclude is None:
        return None
    allowed = np.full(len(catalogue), only is None)
    if only is not None:
        allowed[_listed(catalogue, only)] = True
    if exclude is not None:
        allowed[_listed(catalogue, exclude)] = False
    return allowed


def _listed(catalogue: ItemIds, path: Path) -> Int64[np.ndarray, " listed"]:
    names = path.read_text("utf-8").split("\n")
    places = catalogue.places_of([name.strip() for name in names if name.strip()])
    if not (places >= 0).any():
        example = ", ".join(catalogue.text_of(range(min(3, len(catalogue)))))
        raise InvalidInputError(
            f"{path} names no item that the model knows: wanted one id to a line, such as {example}"
        )
    return places[places >= 0]
