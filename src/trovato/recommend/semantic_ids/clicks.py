"""Who clicked on what, for ids that learn from it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trovato.core import IdMap, InvalidInputError, PathLike, Sequences, UnreadableFileError
from trovato.recommend.training_data import TIME, Interactions
from trovato.train import NextItemSplit


def read_clicks(path: PathLike, items: IdMap) -> NextItemSplit:
    """Read clicks from CSV with a header, or from JSON lines, and split them.

    Parameters
    ----------
    path
        Rows of `user_id`, `item_id` and perhaps `timestamp`, a number; without it, rows stand in
        their order.
    items
        Those that may be clicked on.

    Raises
    ------
    InvalidInputError
        If a field is missing, or an item is none of these.
    UnreadableFileError
        If the file cannot be read.
    """
    path = Path(path)
    try:
        clicks = Interactions.of(list(_rows(path)))
    except (OSError, ValueError) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise UnreadableFileError(f"{path} holds no clicks: {error}") from error
    names = clicks.catalogue.text_of(range(len(clicks.catalogue)))
    places = items.places(names)
    if (places < 0).any():
        unknown = [name for name, place in zip(names, places, strict=True) if place < 0]
        raise InvalidInputError(
            f"{len(unknown):,} items of {path} are not among the {len(items):,} items, such as "
            f"{unknown[0]!r}: give the items that were clicked on"
        )
    histories = clicks.histories
    return NextItemSplit.of(Sequences(places[histories.items], histories.offsets))


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8", newline="") as lines:
        if path.suffix == ".csv":
            rows: Iterator[Mapping[str, Any]] = iter(csv.DictReader(lines))
        else:
            rows = (json.loads(line) for line in lines if line.strip())
        for row in rows:
            if TIME in row and isinstance(row[TIME], str):
                yield {**row, TIME: float(row[TIME])}
            else:
                yield row
