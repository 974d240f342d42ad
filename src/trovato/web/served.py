"""A recommender that is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trovato.core import PathLike
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import Answers, load_for_log


@dataclass(frozen=True, slots=True, eq=False)
class ServedRecommender:
    """Who can be answered, by what.

    Parameters
    ----------
    answers
        The people of a log with a recommender.
    made
        How the recommender was made, as its file says.
    """

    answers: Answers
    made: Mapping[str, Any]

    @staticmethod
    def open(log: PathLike, file: PathLike) -> ServedRecommender:
        """Read what the people of a log cared for, and a model that was fitted to it.

        Raises
        ------
        InvalidInputError, UnreadableFileError
            As of `trovato.recommend.load_for_log`.
        """
        opened = InteractionLog.open(log)
        recommender, catalogue, made = load_for_log(file, opened)
        return ServedRecommender(Answers.of(opened, recommender, catalogue, made["positive"]), made)
