"""Weeks whose rows are in an order that chance alone would give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trovato.core import fields
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.validation.violations import Violation

# Rows of a user that are nearer than this share of the week are of one sitting, or there by chance.
_NEAR = 1e-3
# Standard errors: a week that shows fewer is as if shuffled, where as many as the second are due.
_SHOWN, _DUE = 5, 20


def find_shuffled(log: InteractionLog) -> list[Violation]:
    """Look for weeks that were shuffled, by the sittings that people watch in.

    In the order in which things happened a user's rows come in bunches. In a shuffled week they
    are no nearer to each other than chance has it. A week is a violation if it shows no bunches,
    while the median week has enough for them to show. So single rows that were moved are not seen,
    nor a log of which half the weeks are shuffled, nor one too small; and nothing is said of order
    inside a sitting.

    Memory: 8 bytes for each row of the largest week, twice.

    Raises
    ------
    UnreadableFileError
        If a file is damaged.
    """
    weeks = list(_bunches(log))
    usual = np.median([near - chance for near, chance, _ in weeks]) if weeks else 0.0
    return [
        Violation(
            file.path,
            None,
            f"its rows are in the order of chance: {near:.2%} of them are near the one before of "
            f"the same user, and after a shuffle {chance:.2%} would be",
        )
        for file, (near, chance, error) in zip(log.files, weeks, strict=True)
        if usual > _DUE * error and near - chance < _SHOWN * error
    ]


def _bunches(log: InteractionLog) -> Iterator[tuple[float, float, float]]:
    """For each week: the share of near rows, the share expected by chance, its standard error."""
    for week in log.by_week():
        users = np.concatenate(
            [
                np.empty(0, np.uint32),
                *(batch[0].to_numpy() for batch in week.batches([fields.USER])),
            ]
        )
        places = np.argsort(users, kind="stable")
        same = users[places[1:]] == users[places[:-1]]
        gaps = np.diff(places)[same]
        if not len(gaps):
            yield 0.0, 0.0, np.inf
            continue
        within = max(1, int(len(users) * _NEAR))
        _, slots, rows = np.unique(users[places], return_inverse=True, return_counts=True)
        # A gap between n places drawn from N exceeds g with probability (1 - g/N)^n, nearly.
        chances = 1 - (1 - within / len(users)) ** rows[slots[1:][same]]
        chance = float(chances.mean())
        error = float(np.sqrt((chances * (1 - chances)).sum()) / len(gaps))
        yield float((gaps <= within).mean()), chance, error
