"""What a log holds, in the figures that the paper of VK-LSVD gives of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import ProgressCallback, fields, no_progress
from trovato.core.shapes import Int64
from trovato.interactions.counts.counts import known_ids, unknown_id
from trovato.interactions.storage.log import InteractionLog

QUANTILES = (0.1, 0.5, 0.9, 0.99)
SECONDS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Stats:
    """Totals of a log; whole numbers, so the same however the log was read.

    Parameters
    ----------
    rows_of_weeks
        Rows of each week, by its number.
    seconds
        `(256,)`: rows watched for so many seconds; 255 stands for more. Rows whose watch time is
        not known are in none of them.
    signals
        Rows with each signal.
    of_users, of_items
        Rows of each user and each item that is known, also those without any.
    """

    rows_of_weeks: dict[int, int]
    seconds: Int64[np.ndarray, " 256"]
    signals: dict[str, int]
    of_users: Int64[np.ndarray, " users"]
    of_items: Int64[np.ndarray, " items"]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.rows_of_weeks.values())

    @property
    def watched(self) -> int:
        """Seconds watched in all."""
        return int(self.seconds @ np.arange(SECONDS))

    @property
    def timed(self) -> int:
        """Rows whose watch time is known."""
        return int(self.seconds.sum())

    def summary(self) -> dict[str, int | float]:
        """The figures by name: totals, means per row, and how rows spread over users and items."""
        rows = max(self.rows, 1)
        found: dict[str, int | float] = {
            "rows": self.rows,
            "users": len(self.of_users),
            "items": len(self.of_items),
            "active_users": int(np.count_nonzero(self.of_users)),
            "active_items": int(np.count_nonzero(self.of_items)),
            "density": self.rows / max(len(self.of_users) * len(self.of_items), 1),
            "seconds_watched": self.watched,
            "rows_without_seconds": self.rows - self.timed,
            "seconds_per_row": self.watched / max(self.timed, 1),
            "rows_of_255_seconds": int(self.seconds[-1]),
        }
        for name, total in self.signals.items():
            found[name] = total
            found[f"{name}_per_row"] = total / rows
        for who, counts in (("user", self.of_users), ("item", self.of_items)):
            active = counts[counts > 0]
            for share in QUANTILES if len(active) else ():
                found[f"rows_per_{who}_p{share * 100:g}"] = float(np.quantile(active, share))
        return found


def stats(log: InteractionLog, progress: ProgressCallback = no_progress) -> Stats:
    """Count what is in a log, in one pass.

    Raises
    ------
    UnreadableFileError
        If a file is damaged, or has an id that the log's tables do not.
    """
    known = {name: known_ids(log, name) for name in (fields.USER, fields.ITEM)}
    counts = {name: np.zeros(len(ids), np.int64) for name, ids in known.items()}
    seconds = np.zeros(SECONDS, np.int64)
    signals = dict.fromkeys(fields.SIGNALS, 0)
    weeks, done, total = {}, 0, log.stored_rows
    names = (fields.USER, fields.ITEM, fields.TIMESPENT, *fields.SIGNALS)
    for week in log.by_week():
        rows = 0
        for batch in week.batches(names):
            rows += batch.num_rows
            for name, ids in known.items():
                if ids.count(batch[name].to_numpy(), counts[name]):
                    raise unknown_id(week.files[0].path, name)
            timed = batch[fields.TIMESPENT].drop_null().to_numpy()
            seconds += np.bincount(timed, minlength=SECONDS)
            for name in fields.SIGNALS:
                signals[name] += batch[name].true_count
        weeks[week.numbers[0]] = rows
        done += week.stored_rows
        progress("counting", done, total)
    return Stats(weeks, seconds, signals, counts[fields.USER], counts[fields.ITEM])
