"""From items to semantic ids, in one go."""

from __future__ import annotations

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.encode.semantic_ids import QUANTIZERS, SemanticIds, fit_quantizer
from trovato.recommend.semantic_ids.item_table import ItemTable

ID_QUANTIZERS = QUANTIZERS
REPAIRS = ("nearest", "digit", "none")


def train_ids(
    table: ItemTable,
    quantizer: str = "rq-kmeans",
    *,
    levels: int = 3,
    codes: int = 256,
    repair: str = "nearest",
    seed: int = 0,
    progress: ProgressCallback = no_progress,
) -> SemanticIds:
    """Give the items of a table semantic ids.

    Parameters
    ----------
    table
        Items with texts or vectors.
    quantizer
        One of `ID_QUANTIZERS`.
    levels, codes
        Digits of an id, and values that each can take.
    repair
        How items with the same id are told apart, one of `REPAIRS`; where a prefix has no room for
        `nearest`, use `digit`.
    seed
        Of all that is drawn.
    progress
        Told of texts, levels or rounds.

    Raises
    ------
    InvalidInputError
        If a name or a number is not known or out of range, or there is no room for a repair.
    """
    if repair not in REPAIRS:
        raise InvalidInputError(f"no repair is called {repair!r}; use one of {', '.join(REPAIRS)}")
    vectors = table.embedded(progress=progress)
    fitted, assigned = fit_quantizer(
        quantizer, vectors, levels=levels, codes=codes, seed=seed, progress=progress
    )
    made = {"quantizer": quantizer, "levels": levels, "codes": codes, "seed": seed}
    ids = SemanticIds(table.items, assigned, fitted, made)
    return ids if repair == "none" else ids.repair(repair, vectors)[0]
