"""Recommenders in a file, with the catalogue that they speak of."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from importlib.metadata import entry_points
from typing import Any

import numpy as np

from trovato.core import (
    Artifact,
    IdMap,
    InvalidInputError,
    PathLike,
    Recommender,
    Sequences,
    UnreadableFileError,
)
from trovato.retrieve.recommenders.content_based import ContentNeighbours
from trovato.retrieve.recommenders.factors.asymmetric_factors import AsymmetricFactors
from trovato.retrieve.recommenders.factors.matrix_factorization import Factors
from trovato.retrieve.recommenders.item_ids import ItemIds
from trovato.retrieve.recommenders.item_knn import ItemNeighbours
from trovato.retrieve.recommenders.item_weights import ItemWeights, SparseItemWeights
from trovato.retrieve.recommenders.non_personalized import ItemScores
from trovato.retrieve.recommenders.random import RandomScores
from trovato.retrieve.recommenders.sequential.generative import GenerativeRetrieval
from trovato.retrieve.recommenders.sequential.sasrec import SelfAttention
from trovato.retrieve.recommenders.user_histories import UserHistories

_KIND = "recommender"
_ENTRY_POINTS = "trovato.recommenders"
_REMEDY = "give a file that `trovato recommend train` has written, or train it again"
# What a file holds beside the arrays of the recommender.
_NO_PARTS = ("catalogue", "names", "users", "history_items", "history_offsets")
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
        AsymmetricFactors,
        ItemWeights,
        SparseItemWeights,
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
        One of this package, or of your own: a dataclass whose fields are arrays, and numbers, text
        and truths.
    catalogue
        The items that its places mean.
    made
        How it was made, as JSON holds it.
    known
        The users to keep with it, if any.

    Raises
    ------
    InvalidInputError
        If the recommender is no such dataclass.
    StorageError
        If the system refuses to write.
    """
    own, kind = type(recommender), type(recommender).__name__
    if not is_dataclass(recommender) or _KINDS.get(kind, own) is not own:
        raise InvalidInputError(
            f"{kind} cannot be stored: wanted a dataclass whose name is not one of "
            f"{', '.join(_KINDS)}"
        )
    values = {one.name: getattr(recommender, one.name) for one in fields(recommender)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    numbers = {name: value for name, value in values.items() if name not in arrays}
    for name, value in numbers.items():
        if value is not None and not isinstance(value, bool | int | float | str):
            raise InvalidInputError(
                f"{kind}.{name} cannot be stored: wanted an array, a number, text or a truth, got "
                f"{type(value).__name__}"
            )
    about = {
        "type": kind,
        "numbers": numbers,
        "items": catalogue.kind,
        "made": dict(made),
    }
    if catalogue.by_number is not None:
        arrays["catalogue"] = catalogue.ids
    if catalogue.names is not None:
        arrays["names"] = catalogue.names.to_array()
    if known is not None:
        arrays["users"] = known.users.to_array()
        arrays["history_items"] = known.sequences.items
        arrays["history_offsets"] = known.sequences.offsets
        if known.seen is not None:
            arrays |= zip(_SEEN, (known.seen.items, known.seen.offsets), strict=True)
    Artifact(_KIND, _fingerprint(arrays), arrays, about).save(path)


def load_recommender(
    path: PathLike, kinds: Iterable[type] = ()
) -> tuple[Recommender, ItemIds, dict[str, Any]]:
    """Read what `save_recommender` wrote: the recommender, its catalogue, and how it was made.

    Parameters
    ----------
    path
        The file.
    kinds
        Recommenders of your own that it may hold. Those that an installed package names as entry
        points of the group `trovato.recommenders` are known without.

    Raises
    ------
    UnreadableFileError
        If the file is absent, damaged, or something else.
    """
    found = Artifact.load(path, _KIND, remedy=_REMEDY)
    about = found.about
    parts = {
        name: value for name, value in found.arrays.items() if name not in (*_NO_PARTS, *_SEEN)
    }
    try:
        catalogue = _catalogue(found.arrays, about["items"])
        kind = _kind(about["type"], kinds)
        recommender: Recommender = kind(**parts, **about["numbers"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFileError(
            f"{path} is not a whole recommender: {error}; {_REMEDY}"
        ) from error
    return recommender, catalogue, about["made"]


def _kind(name: str, kinds: Iterable[type]) -> type:
    known = {**{kind.__name__: kind for kind in kinds}, **_KINDS}
    if name in known:
        return known[name]
    for found in entry_points(group=_ENTRY_POINTS, name=name):
        loaded: type = found.load()
        return loaded
    raise KeyError(
        f"it holds a {name}, which is none of {', '.join(known)} and no entry point of "
        f"{_ENTRY_POINTS}"
    )


def load_histories(path: PathLike) -> UserHistories:
    """Read the users that `save_recommender` kept with a recommender.

    Raises
    ------
    InvalidInputError
        If it kept none.
    UnreadableFileError
        If the file is absent, damaged, or something else.
    """
    stored = Artifact.load(path, _KIND, remedy=_REMEDY).arrays
    if "users" not in stored:
        raise InvalidInputError(
            f"{path} holds a recommender without users: ask it with the log, by `trovato recommend "
            "items`, or fit it by trovato.recommend.fit, which keeps them"
        )
    try:
        return UserHistories(
            IdMap.from_array(stored["users"], "user"),
            Sequences(stored["history_items"], stored["history_offsets"]),
            Sequences(*(stored[name] for name in _SEEN)) if _SEEN[0] in stored else None,
        )
    except (ValueError, KeyError, TypeError, InvalidInputError) as error:
        raise UnreadableFileError(
            f"{path} is not a whole recommender: {error}; {_REMEDY}"
        ) from error


def _fingerprint(arrays: Mapping[str, Any]) -> str:
    """Changes when any number of the recommender changes."""
    mark = 0
    for name, array in sorted(arrays.items()):
        mark = zlib.crc32(np.ascontiguousarray(array).view(np.uint8).data, mark ^ len(name))
    return f"{mark:08x}"


def _catalogue(stored: Mapping[str, Any], kind: str) -> ItemIds:
    names = IdMap.from_array(stored["names"], kind) if "names" in stored else None
    if names is not None and "catalogue" not in stored:
        return ItemIds(np.arange(len(names)), None, kind, names)
    ids = stored["catalogue"]
    return ItemIds(ids, np.argsort(ids).astype(np.int64), kind, names)
