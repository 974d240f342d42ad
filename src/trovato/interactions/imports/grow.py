"""A log that grows: a later export of the same source, brought to the folder of the earlier one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, StorageError, fields
from trovato.interactions.imports.calendar import Calendar
from trovato.interactions.storage import schema
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names


def read_recipe(folder: Path) -> dict[str, Any] | None:
    """What a whole imported log was made by; None where the folder holds none."""
    path = folder / "recipe.json"
    if not path.is_file():
        return None
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError:
        return None
    return found if isinstance(found, dict) and "format" in found else None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a later export keeps of the log that is there.

    Parameters
    ----------
    start
        When its first week begins, in milliseconds; None where there is none.
    numbers
        Of its users and items, by name.
    """

    start: int | None = None
    numbers: Mapping[str, Mapping[str, int]] = field(
        default_factory=lambda: {fields.USER: {}, fields.ITEM: {}}
    )

    @staticmethod
    def of(folder: Path) -> Earlier:
        """Read it from a whole imported log."""
        log = InteractionLog.open(folder)
        names = {name: Names(log, name).numbers() for name in (fields.USER, fields.ITEM)}
        return Earlier(Calendar.of(log).start, names)


@contextmanager
def growing(folder: Path, earlier: dict[str, Any], recipe: dict[str, Any]) -> Iterator[Path]:
    """A folder for the later export, which takes the place of the earlier one at the end.

    Raises
    ------
    InvalidInputError
        If the earlier one was made by another recipe, or a week of it would change that is not its
        last; it stays as it is.
    StorageError
        If the system refuses.
    """
    same = {name: value for name, value in earlier.items() if name != "source"}
    if same != {name: value for name, value in recipe.items() if name != "source"}:
        raise InvalidInputError(
            f"{folder} is not empty: it was brought in with {earlier}, wanted {recipe}; write to a "
            "new folder"
        )
    place, before = (folder.with_name(f".{folder.name}.{what}") for what in ("grown", "before"))
    yield place
    _compare(InteractionLog.open(folder), InteractionLog.open(place), place)
    try:
        shutil.rmtree(before, ignore_errors=True)
        folder.rename(before)
        place.rename(folder)
        shutil.rmtree(before)
    except OSError as error:
        raise StorageError(f"cannot put {place} into the place of {folder}: {error}") from error


def _compare(old: InteractionLog, new: InteractionLog, place: Path) -> None:
    table = schema.arrow().Table
    for number in list(old.numbers)[:-1]:
        before, after = (
            table.from_batches(log.weeks(number, number).batches(fields.INTERACTION))
            for log in (old, new)
        )
        if not before.equals(after):
            shutil.rmtree(place)
            raise InvalidInputError(
                f"the source has other rows in week {number} than the log that is there: bring it "
                "to a new folder"
            )
