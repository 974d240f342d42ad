"""Recommenders in a file, with the catalogue that they speak of."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import (
    IdMap,
    InvalidInputError,
    PathLike,
    Recommender,
    Sequences,
    UnreadableFileError,
    atomic_path,
)
from trovato.retrieve.recommenders.content_based import ContentNeighbours
from trovato.retrieve.recommenders.item_ids import ItemIds
from trovato.retrieve.recommenders.item_knn import ItemNeighbours
from trovato.retrieve.recommenders.item_weights import ItemWeights
from trovato.retrieve.recommenders.matrix_factorization import Factors
from trovato.retrieve.recommenders.non_personalized import ItemScores
from trovato.retrieve.recommenders.random import RandomScores
from trovato.retrieve.recommenders.sequential.generative import GenerativeRetrieval
from trovato.retrieve.recommenders.sequential.sasrec import SelfAttention
from trovato.retrieve.recommenders.user_histories import UserHistories

_FORMAT = 1
# What a file holds beside the arrays of the recommender.
_NO_PARTS = ("about", "catalogue", "names", "users", "history_items", "history_offsets")
_SEEN = ("seen_items", "seen_offsets")
_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        ItemScores,
        RandomScores,
        ContentNeighbours,
        Factors,
        ItemNeighbours,
        SelfAttention,
        GenerativeRetrieval,
        ItemWeights,
    )
}


def save_recommender(
    path: PathLike,
    recommender: Recommender,
    catalogue: ItemIds,
    made: Mapping[str, Any],
    known: UserHistories | None = None,
) -> None:
    """Write a recommender to one file (NumPy's npz), whole or not at all.

    Parameters
    ----------
    path
        What stood there is replaced.
    recommender
        One of this package.
    catalogue
        The items that its places mean.
    made
        How it was made, as JSON holds it.
    known
        The users to keep with it, if any.

    Raises
    ------
    InvalidInputError
        If the recommender is of another kind.
    StorageError
        If the system refuses to write.
    """
    kind = type(recommender).__name__
    if _KINDS.get(kind) is not type(recommender):
        raise InvalidInputError(f"{kind} has no file format; known are {', '.join(_KINDS)}")
    values = {one.name: getattr(recommender, one.name) for one in fields(_KINDS[kind])}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    numbers = {name: value for name, value in values.items() if name not in arrays}
    about = {
        "format": _FORMAT,
        "kind": kind,
        "numbers": numbers,
        "items": catalogue.kind,
        "made": dict(made),
    }
    with atomic_path(path) as part, part.open("wb") as file:
        named: dict[str, Any] = {"about": json.dumps(about), **arrays}
        if catalogue.by_number is not None:
            named["catalogue"] = catalogue.ids
        if catalogue.names is not None:
            named["names"] = catalogue.names.to_array()
        if known is not None:
            named["users"] = known.users.to_array()
            named["history_items"] = known.sequences.items
            named["history_offsets"] = known.sequences.offsets
            if known.seen is not None:
                named |= zip(_SEEN, (known.seen.items, known.seen.offsets), strict=True)
        np.savez(file, **named)


def load_recommender(path: PathLike) -> tuple[Recommender, ItemIds, dict[str, Any]]:
    """Read what `save_recommender` wrote: the recommender, its catalogue, and how it was made.

    Raises
    ------
    UnreadableFileError
        If the file is absent, damaged, or something else.
    """
    with _opened(path) as (about, stored):
        arrays = {name: stored[name] for name in stored if name not in (*_NO_PARTS, *_SEEN)}
        catalogue = _catalogue(stored, about.get("items", "item"))
        recommender: Recommender = _KINDS[about["kind"]](**arrays, **about["numbers"])
        return recommender, catalogue, about["made"]


def load_histories(path: PathLike) -> UserHistories:
    """Read the users that `save_recommender` kept with a recommender.

    Raises
    ------
    InvalidInputError
        If it kept none.
    UnreadableFileError
        If the file is absent, damaged, or something else.
    """
    with _opened(path) as (_, stored):
        if "users" in stored:
            return UserHistories(
                IdMap.from_array(stored["users"], "user"),
                Sequences(stored["history_items"], stored["history_offsets"]),
                Sequences(*(stored[name] for name in _SEEN)) if _SEEN[0] in stored else None,
            )
    raise InvalidInputError(
        f"{path} holds a recommender without users: ask it with the log, by `trovato recommend "
        "items`, or fit it by trovato.recommend.fit, which keeps them"
    )


@contextmanager
def _opened(path: PathLike) -> Iterator[tuple[dict[str, Any], Mapping[str, Any]]]:
    """What a file says about itself, and its arrays, which are read as they are asked for."""
    path = Path(path)
    if path.is_file() and not zipfile.is_zipfile(path):
        raise UnreadableFileError(
            f"{path} is no recommender, or was cut off: give a file that `trovato recommend train` "
            "has written, or train it again"
        )
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            if about["format"] != _FORMAT:
                raise UnreadableFileError(
                    f"{path} has format {about['format']}, this program reads {_FORMAT}: train "
                    "again"
                )
            yield about, stored
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(
            f"{path} is not a whole recommender: {error}; train it again"
        ) from error


def _catalogue(stored: Mapping[str, Any], kind: str) -> ItemIds:
    names = IdMap.from_array(stored["names"], kind) if "names" in stored else None
    if names is not None and "catalogue" not in stored:
        return ItemIds(np.arange(len(names)), None, kind, names)
    ids = stored["catalogue"]
    return ItemIds(ids, np.argsort(ids).astype(np.int64), kind, names)
