"""Fitting that can be continued: its state in a file, after each round."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Artifact, InvalidInputError, PathLike, Sequences

_FORMAT = 1
_KIND = "checkpoint"
_GROUPS = ("weights", "first", "second", "best")

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
        "epoch": state.epoch,
        "steps": state.steps,
        "best_measure": state.best_measure,
        "best_epoch": state.best_epoch,
    }
    arrays = {
        f"{group} {name}": value
        for group in _GROUPS
        for name, value in getattr(state, group).items()
    }
    Artifact(_KIND, mark, arrays, about).save(path)


def load_state(path: PathLike, mark: str) -> State | None:
    """What `save_state` wrote; None where there is no file.

    Raises
    ------
    InvalidInputError
        If it is of other data or settings.
    UnreadableFileError
        If it is damaged.
    """
    if not Path(path).exists():
        return None
    found = Artifact.load(path, _KIND, remedy="remove it to begin anew")
    if found.fingerprint != mark:
        raise InvalidInputError(
            f"{path} was left by a training on other data or with other settings: finish that one, "
            "or remove the file to begin anew"
        )
    groups: dict[str, Any] = {group: {} for group in _GROUPS}
    for key, value in found.arrays.items():
        group, name = key.split(" ", 1)
        groups[group][name] = value
    return State(**groups, **found.about)
