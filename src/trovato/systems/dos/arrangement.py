"""DOS as an arrangement: ids by dual flow, and a recommender that writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trovato.core import ProgressCallback, no_progress
from trovato.encode.semantic_ids import SemanticIds
from trovato.recommend.semantic_ids import ItemTable, train_ids
from trovato.retrieve.recommenders import GenerativeRetrieval
from trovato.train import GenerativeConfig, NextItemSplit, fit_generative


def build(
    table: ItemTable,
    split: NextItemSplit,
    *,
    codes: int = 256,
    repair: str = "nearest",
    settings: Mapping[str, Any] = {},
    config: GenerativeConfig = GenerativeConfig(),
    progress: ProgressCallback = no_progress,
) -> tuple[SemanticIds, GenerativeRetrieval]:
    """Ids of a table's items learnt from its texts and clicks, and what recommends by them.

    Parameters
    ----------
    table
        Items.
    split
        Clicks on their places: ids learn from its `tokenizer` part, the recommender from its
        `generator` part.
    codes
        Of each of the three levels.
    repair
        How items with the same id are told apart.
    settings
        Further fields of `DOSConfig`.
    config
        Of the recommender; the paper has HSTU there.
    progress
        Told of the rounds by which ids are learnt.

    Raises
    ------
    InvalidInputError
        If there are too few clicks, or there is no room for the repair.
    MissingExtraError
        If torch is not installed.
    NotConvergedError
        If ids learnt nothing from the clicks.
    """
    ids = train_ids(
        table,
        "dos",
        codes=codes,
        repair=repair,
        split=split,
        settings=settings,
        seed=config.seed,
        progress=progress,
    )
    made = fit_generative(split.generator, ids.codes, ids.sizes, config, ids=ids.fingerprint)
    return ids, made
