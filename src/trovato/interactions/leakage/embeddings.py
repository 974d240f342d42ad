"""Content vectors that were joined to items by position instead of by id."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, fields
from trovato.interactions.storage.embeddings import read_embeddings
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.validation.violations import Violation
from trovato.ops import l2_normalize

# Of a unit vector; 16-bit numbers keep three digits.
_CLOSE = 0.01


def find_misjoined(log: InteractionLog, path: PathLike) -> list[Violation]:
    """Look for items that got the vectors of others.

    The vectors may be the first components of those of the log, and scaled; not rotated.

    Parameters
    ----------
    log
        Has content vectors of its own, with their ids.
    path
        What the user's code made of them: an `npz` with `item_id` and `embedding`, a vector for
        each id.

    Raises
    ------
    InvalidInputError
        If the log has no content vectors, or they are shorter.
    UnreadableFileError
        If a file is damaged, or has not one vector for each id.
    """
    path = Path(path)
    if log.embeddings is None:
        raise InvalidInputError("the log has no content vectors to compare with")
    try:
        with np.load(path, allow_pickle=False) as stored:
            ids, vectors = stored[fields.ITEM], stored["embedding"]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UnreadableFileError(
            f"{path} must hold the arrays item_id and embedding: {error}"
        ) from error
    wanted = read_embeddings(log.embeddings, ids)
    if vectors.ndim != 2 or len(vectors) != len(ids) or vectors.shape[1] > wanted.shape[1]:
        raise InvalidInputError(
            f"{path} has {len(ids)} ids and vectors of shape {vectors.shape}, wanted one for each, "
            f"of at most {wanted.shape[1]} components"
        )
    given = l2_normalize(vectors.astype(np.float32))
    wrong = (
        np.abs(given - l2_normalize(wanted[:, : vectors.shape[1]])).max(axis=1, initial=0) > _CLOSE
    )
    if not wrong.any():
        return []
    row = int(np.argmax(wrong))
    with np.load(log.embeddings, allow_pickle=False) as stored:
        at = l2_normalize(stored["embedding"][: len(given), : vectors.shape[1]].astype(np.float32))
    rows = np.flatnonzero(wrong[: len(at)])
    positions = np.abs(given[rows] - at[rows]).max(axis=1, initial=0) <= _CLOSE
    how = ""
    if len(rows) and positions.mean() > 0.5:
        how = ": vectors were joined by their position in the file, not by id"
    what = f"{int(wrong.sum())} of {len(ids)} items have not their own vector, first {ids[row]}"
    return [Violation(path, row, what + how)]
