"""Model files, as those who also have a log read them."""

from __future__ import annotations

from typing import Any

from trovato.core import InvalidInputError, PathLike, Recommender, fields
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names
from trovato.retrieve.recommenders import ItemIds, load_recommender


def load_for_log(
    file: PathLike, log: InteractionLog
) -> tuple[Recommender, ItemIds, dict[str, Any]]:
    """The recommender, its catalogue by the numbers of a log, and how it was made.

    Raises
    ------
    InvalidInputError
        If it was fitted to interactions without a log.
    UnreadableFileError
        If the file is damaged, or something else.
    """
    recommender, catalogue, made = load_recommender(file)
    if "positive" not in made:
        raise InvalidInputError(
            f"{file} was fitted to interactions without a log: ask it from Python, by "
            "trovato.recommend.load"
        )
    names = Names(log, fields.ITEM)
    return recommender, catalogue.renumbered(names.numbers()) if len(names) else catalogue, made
