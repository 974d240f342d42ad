"""From items to semantic ids, in one go."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float32, Int64
from trovato.encode.semantic_ids import QUANTIZERS, Quantizer, SemanticIds, fit_quantizer
from trovato.recommend.semantic_ids.item_table import ItemTable
from trovato.train import DOSConfig, NextItemSplit, RQVAEConfig, fit_dos, fit_rq_vae

ID_QUANTIZERS = (*QUANTIZERS, "rq-vae", "dos")
REPAIRS = ("nearest", "digit", "none")


def train_ids(
    table: ItemTable,
    quantizer: str = "rq-kmeans",
    *,
    levels: int = 3,
    codes: int = 256,
    repair: str = "nearest",
    split: NextItemSplit | None = None,
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
        How items with the same id are told apart, one of `REPAIRS`; where all ids together have no
        room for `nearest`, use `digit`.
    split
        `dos`: who clicked on which place of the table; only its `tokenizer` part is read.
    seed
        Of all that is drawn.
    progress
        Told of texts, levels or rounds.

    Raises
    ------
    InvalidInputError
        If a name or a number is not known or out of range, there is no room for a repair, or `dos`
        has no clicks to learn from.
    MissingExtraError
        If `dos` or `rq-vae` is asked for and torch is not installed.
    NotConvergedError
        If `dos` learnt nothing from the clicks.
    """
    if repair not in REPAIRS:
        raise InvalidInputError(f"no repair is called {repair!r}; use one of {', '.join(REPAIRS)}")
    vectors = table.embedded(progress=progress)
    fitted: Quantizer
    if quantizer == "dos":
        fitted, assigned = _learnt(vectors, split, levels, codes, seed, progress)
    elif quantizer == "rq-vae":
        dim = min(RQVAEConfig().dim, vectors.shape[1])
        config = RQVAEConfig(levels=levels, codes=codes, dim=dim, seed=seed)
        fitted = fit_rq_vae(vectors, config, progress=progress)
        assigned = fitted.encode(vectors)
    else:
        fitted, assigned = fit_quantizer(
            quantizer, vectors, levels=levels, codes=codes, seed=seed, progress=progress
        )
    made = {"quantizer": quantizer, "levels": levels, "codes": codes, "seed": seed}
    ids = SemanticIds(table.items, assigned, fitted, made)
    return ids if repair == "none" else ids.repair(repair, vectors)[0]


def _learnt(
    vectors: Float32[np.ndarray, "items dim"],
    split: NextItemSplit | None,
    levels: int,
    codes: int,
    seed: int,
    progress: ProgressCallback,
) -> tuple[Quantizer, Int64[np.ndarray, "items levels"]]:
    """Ids by DOS, with its defaults for all but what is said."""
    if split is None:
        raise InvalidInputError("dos learns from clicks: give a log, or use another quantizer")
    dim = min(DOSConfig().dim, vectors.shape[1])
    config = DOSConfig(levels=levels, codes=codes, dim=dim, k=max(1, dim // 4), seed=seed)
    rounds = config.warmup_epochs + config.epochs
    made = fit_dos(
        vectors, split, config, progress=lambda told: progress("rounds", told.epoch, rounds)
    )
    return made, made.encode(vectors)
