"""Fitting that can be continued: its state in a file, after each round."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, PathLike, Sequences, UnreadableFileError, atomic_path

_FORMAT = 1

Arrays = dict[str, Any]  # NumPy arrays by the names of the weights


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """After a round: weights, Adam's moments, and the best weights so far."""

    epoch: int
    weights: Arrays
    first: Arrays
    second: Arrays
    steps: int
    best: Arrays
    best_measure: float
    best_epoch: int


def fingerprint(histories: Sequences, items: int, config: Any, codes: bytes = b"") -> str:
    """Changes when what is fitted, or to what, changes; more epochs may be asked for later.

    The config is a dataclass; the codes are of semantic ids, where those are learnt.
    """
    about = {name: value for name, value in asdict(config).items() if name != "epochs"}
    text = json.dumps([_FORMAT, items, about], sort_keys=True).encode() + codes
    for array in (histories.offsets, histories.items):
        text += zlib.crc32(np.ascontiguousarray(array).view(np.uint8).data).to_bytes(4, "big")
    return f"{zlib.crc32(text):08x}"


def save_state(path: PathLike, state: State, mark: str) -> None:
    """Write the state, whole or not at all.

    Raises
    ------
    StorageError
        If the system refuses to write.
    """
    about = {
        "mark": mark,
        "epoch": state.epoch,
        "steps": state.steps,
        "best_measure": state.best_measure,
        "best_epoch": state.best_epoch,
    }
    arrays: dict[str, Any] = {"about": json.dumps(about)}
    for group in ("weights", "first", "second", "best"):
        arrays |= {f"{group} {name}": value for name, value in getattr(state, group).items()}
    with atomic_path(path) as part, part.open("wb") as file:
        np.savez(file, **arrays)


def load_state(path: PathLike, mark: str) -> State | None:
    """What `save_state` wrote; None where there is no file.

    Raises
    ------
    InvalidInputError
        If it is of other data or settings.
    UnreadableFileError
        If it is damaged.
    """
    path = Path(path)
    if not path.exists():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            groups: dict[str, Any] = {"weights": {}, "first": {}, "second": {}, "best": {}}
            for key in stored:
                if key != "about":
                    group, name = key.split(" ", 1)
                    groups[group][name] = stored[key]
        if about.pop("mark") == mark:
            return State(**groups, **about)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(
            f"{path} is not a whole checkpoint: {error}; remove it to begin anew"
        ) from error
    raise InvalidInputError(
        f"{path} was left by a training on other data or with other settings: finish that one, or "
        "remove the file to begin anew"
    )
