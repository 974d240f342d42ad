"""From items to semantic ids, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float32
from trovato.encode.semantic_ids import QUANTIZERS, Quantizer, SemanticIds, fit_quantizer
from trovato.recommend.semantic_ids.item_table import ItemTable
from trovato.train import DOSConfig, NextItemSplit, RQVAEConfig, fit_dos, fit_rq_vae

ID_QUANTIZERS = (*QUANTIZERS, "rq-vae", "dos")
REPAIRS = ("nearest", "digit", "none")
_CONFIGS: dict[str, type[DOSConfig | RQVAEConfig]] = {"dos": DOSConfig, "rq-vae": RQVAEConfig}
_NAMED = ("levels", "codes", "seed")


def train_ids(
    table: ItemTable,
    quantizer: str = "rq-kmeans",
    *,
    levels: int = 3,
    codes: int = 256,
    repair: str = "nearest",
    split: NextItemSplit | None = None,
    settings: Mapping[str, Any] = {},
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
    settings
        `dos` and `rq-vae`: fields of `DOSConfig` and `RQVAEConfig` that are not parameters here.
    seed
        Of all that is drawn.
    progress
        Told of texts, levels or rounds.

    Raises
    ------
    InvalidInputError
        If a name, a setting or a number is not known or out of range, there is no room for a
        repair, or `dos` has no clicks to learn from.
    MissingExtraError
        If `dos` or `rq-vae` is asked for and torch is not installed.
    NotConvergedError
        If `dos` learnt nothing from the clicks.
    """
    if repair not in REPAIRS:
        raise InvalidInputError(f"no repair is called {repair!r}; use one of {', '.join(REPAIRS)}")
    _check_settings(quantizer, settings)
    vectors = table.embedded(progress=progress)
    fitted: Quantizer
    if quantizer in _CONFIGS:
        named = {"levels": levels, "codes": codes, "seed": seed, **settings}
        fitted = _learnt(quantizer, vectors, split, named, progress)
        assigned = fitted.encode(vectors)
    else:
        fitted, assigned = fit_quantizer(
            quantizer, vectors, levels=levels, codes=codes, seed=seed, progress=progress
        )
    made = {"quantizer": quantizer, "levels": levels, "codes": codes, "seed": seed, **settings}
    ids = SemanticIds(table.items, assigned, fitted, made)
    return ids if repair == "none" else ids.repair(repair, vectors)[0]


def quantizer_settings(quantizer: str) -> dict[str, object]:
    """What `train_ids` takes as `settings` for a quantizer, and what each is by default."""
    if quantizer not in _CONFIGS:
        return {}
    known = fields(_CONFIGS[quantizer])
    return {one.name: one.default for one in known if one.name not in _NAMED}


def _check_settings(quantizer: str, settings: Mapping[str, Any]) -> None:
    known = quantizer_settings(quantizer)
    for name in settings:
        if name not in known:
            raise InvalidInputError(
                f"{quantizer} has no setting {name}; it has {', '.join(known) or 'none'}"
            )


def _learnt(
    quantizer: str,
    vectors: Float32[np.ndarray, "items full"],
    split: NextItemSplit | None,
    settings: Mapping[str, Any],
    progress: ProgressCallback,
) -> Quantizer:
    """What is learnt by rounds, with defaults for all but what is said."""
    dim = settings.get("dim", min(_CONFIGS[quantizer]().dim, vectors.shape[1]))
    if quantizer == "rq-vae":
        return fit_rq_vae(vectors, RQVAEConfig(**{**settings, "dim": dim}), progress=progress)
    if split is None:
        raise InvalidInputError("dos learns from clicks: give a log, or use another quantizer")
    config = DOSConfig(**{"k": max(1, dim // 4), **settings, "dim": dim})
    rounds = config.warmup_epochs + config.epochs
    return fit_dos(
        vectors, split, config, progress=lambda told: progress("rounds", told.epoch, rounds)
    )
