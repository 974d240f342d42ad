"""How alike fitted factors find the items of one author."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, fields, generator
from trovato.core.shapes import Float32, Int64
from trovato.interactions.storage.log import InteractionLog
from trovato.ops import l2_normalize
from trovato.retrieve.recommenders import ItemIds

_CORE = 5  # an item is compared if so many people cared for it
_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class FactorSimilarity:
    """Mean cosines of pairs of items.

    The paper of VK-LSVD (arXiv 2602.04567) gives .58 for those of one author, and .66 for those
    that share all metadata.

    Parameters
    ----------
    author
        Of one author.
    metadata
        Of one author and the same length.
    anything
        Any two.
    """

    author: float
    metadata: float
    anything: float


def factor_similarity(
    vectors: Float32[np.ndarray, "items dim"],
    catalogue: ItemIds,
    audience: Int64[np.ndarray, " items"],
    log: InteractionLog,
) -> FactorSimilarity:
    """Compare item vectors of items that at least five people cared for.

    Parameters
    ----------
    vectors
        Item factors, by place in the catalogue.
    catalogue
        What the places mean.
    audience
        How many cared for each item in training.
    log
        Its table of items says who made what.

    Raises
    ------
    InvalidInputError
        If there are no two such items of one author and length.
    """
    table = log.items()
    places = catalogue.places(table[fields.ITEM].to_numpy())
    kept = (places >= 0) & (audience[places] >= _CORE)
    units = l2_normalize(vectors[places[kept]])
    author = table[fields.AUTHOR].to_numpy()[kept].astype(np.int64)
    metadata = author << 8 | table[fields.DURATION].to_numpy()[kept]
    random = generator(0, "pairs of items")
    found = []
    for key in (author, metadata, np.zeros(len(author), np.int64)):
        # In a random order inside each group, an item is compared with the next.
        order = np.lexsort((random.random(len(key)), key))
        first, second = order[:-1], order[1:]
        same = np.flatnonzero(key[first] == key[second])[:_PAIRS]
        if not len(same):
            raise InvalidInputError(
                f"no two items of one author and length have {_CORE} viewers: the log is too small"
            )
        found.append(float((units[first[same]] * units[second[same]]).sum(axis=1).mean()))
    return FactorSimilarity(*found)
