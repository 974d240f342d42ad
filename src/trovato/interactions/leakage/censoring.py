"""Predictions of watch time by a model that took cut-off times for exact ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, PathLike, fields
from trovato.interactions.leakage.input_table import read_input_table
from trovato.interactions.validation.violations import Violation

# Seconds where a log stops counting.
_CAP = 255
_EXPECTED = "expected_seconds"
# The rows that are expected to be watched longest, where the cut shows.
_SHARE, _LEAST = 0.01, 1000
# Standard errors between the two answers, below which the rows cannot tell.
_DUE = 6


def find_exact_censored(path: PathLike) -> list[Violation]:
    """Look for a model that expects no more than is recorded, though the record stops at 255 s.

    Such a model is right on average about the seconds in the log; one that knows of the cut
    expects more. Both are compared on the rows that are expected to be watched longest. How long
    cut-off rows went on is put down by the rate at which people stop in the last 50 s before the
    cut; a prediction nearer to the record than to that is a violation. A model that expects too
    little for another reason is one, too.

    Parameters
    ----------
    path
        A Parquet table of rows that the model was not fitted to: `timespent` as in the log, and
        `expected_seconds`, the mean (not the median) that the model expects.

    Raises
    ------
    InvalidInputError
        If a column is absent, or too few rows are cut off to tell.
    UnreadableFileError
        If the file is damaged.
    """
    path = Path(path)
    table = read_input_table(path)
    for name in (fields.TIMESPENT, _EXPECTED):
        if name not in table.column_names:
            raise InvalidInputError(f"{path} needs the column {name!r}")
    seconds = table[fields.TIMESPENT].to_numpy().astype(np.int64)
    expected = table[_EXPECTED].to_numpy().astype(np.float64)
    longest = np.argsort(-expected, kind="stable")[: max(_LEAST, int(_SHARE * len(expected)))]
    seconds, expected = seconds[longest], expected[longest]
    late = seconds[seconds >= _CAP - 50] - (_CAP - 50)
    stopped, cut = np.count_nonzero(late < 50), np.count_nonzero(late >= 50)
    beyond = float(late.sum() / max(stopped, 1))
    recorded = float(seconds.mean()) if len(seconds) else 0.0
    rest = cut / max(len(seconds), 1) * beyond
    error = float(np.std(seconds) / np.sqrt(len(seconds))) if len(seconds) else 0.0
    if not cut or not stopped or rest < _DUE * error:
        raise InvalidInputError(
            f"{path}: only {cut} of the {len(seconds)} rows expected to be watched longest are cut "
            f"off at {_CAP} s, too few to tell; hand over more rows"
        )
    if expected.mean() >= recorded + rest / 2:
        return []
    return [
        Violation(
            path,
            None,
            f"the {len(seconds)} rows expected to be watched longest are expected to last "
            f"{expected.mean():.1f} s; {recorded:.1f} s are recorded, but {cut} of the rows are "
            f"cut off at {_CAP} s, so about {recorded + rest:.1f} s are due: cut-off times were "
            "taken for exact ones",
        )
    ]
