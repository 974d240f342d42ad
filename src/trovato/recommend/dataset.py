"""A log under a protocol, with places for ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, Sequences, UnreadableFileError, fields
from trovato.core.shapes import Bool, Int64, UInt32
from trovato.interactions.features.impressions import Impressions
from trovato.interactions.relevance import rules_met
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names
from trovato.recommend.protocol import Protocol
from trovato.retrieve.recommenders import ItemIds
from trovato.train import Impression


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """What is learnt from and what is tested on.

    Memory follows users, items, positive training rows and test rows: 16 bytes for each of these
    rows, and twice that while they are read.

    Parameters
    ----------
    log, protocol
        The log and how it is cut.
    catalogue
        All items of the log, called as in its source.
    users
        Ids of all users of the log, rising.
    histories
        What each user cared for in training, oldest first.
    trained
        How many training rows each user has.
    shown
        How many training rows each item has.
    test_items, test_positive
        The rows to test on, user by user.
    """

    log: InteractionLog
    protocol: Protocol
    catalogue: ItemIds
    users: UInt32[np.ndarray, " users"]
    histories: Sequences
    trained: Int64[np.ndarray, " users"]
    shown: Int64[np.ndarray, " items"]
    test_items: Sequences
    test_positive: Bool[np.ndarray, " test_rows"]

    @staticmethod
    def of(log: InteractionLog, protocol: Protocol) -> Experiment:
        """Read a log, once through; without tables of users and items once more for each.

        Raises
        ------
        InvalidInputError
            If the log has not the weeks of the protocol, or nothing to learn from or to test on.
        UnreadableFileError
            If a file is absent or damaged, or a row names a user or an item without metadata.
        """
        log = protocol.within(log)
        users, catalogue = log.user_ids(), ItemIds.of(log.item_ids())
        names = Names(log, fields.ITEM)
        if len(names):
            catalogue = catalogue.called(names.of(catalogue.ids.tolist()))
        trained, shown = np.zeros(len(users), np.int64), np.zeros(len(catalogue), np.int64)

        def counted() -> Iterator[_Rows]:
            for rows in _placed(protocol.training(log), users, catalogue):
                trained[:] += np.bincount(rows.users, minlength=len(users))
                shown[:] += np.bincount(rows.items, minlength=len(catalogue))
                yield rows.only(rows.positive)

        train = _joined(counted())
        test = _joined(_placed(protocol.testing(log), users, catalogue))
        if not trained.any() or not len(test.items):
            raise InvalidInputError(
                f"{protocol.name!r} finds {trained.sum():,} rows to learn from and "
                f"{len(test.items):,} to test on: use another protocol, or more weeks to test on"
            )
        if not len(train.items):
            met = ", ".join(rules_met(log)) or "none"
            raise InvalidInputError(
                f"by the rule {protocol.positive!r} nobody cared for anything in training; rules "
                f"that rows of this log meet: {met}"
            )
        order = np.argsort(test.users, kind="stable")
        return Experiment(
            log,
            protocol,
            catalogue,
            users,
            Sequences.of(train.users, train.items, len(users)),
            trained,
            shown,
            Sequences.of(test.users, test.items, len(users)),
            test.positive[order],
        )

    def training(self) -> Iterator[Impression]:
        """The rows to learn from, read anew."""
        for rows in _placed(self.protocol.training(self.log), self.users, self.catalogue):
            yield Impression(rows.week, rows.items, rows.positive)

    def seen(self) -> Sequences:
        """What each user was shown in training, cared for or not; read anew, 16 bytes a row."""
        rows = _joined(_placed(self.protocol.training(self.log), self.users, self.catalogue))
        return Sequences.of(rows.users, rows.items, len(self.users))

    @property
    def embeddings(self) -> Path | None:
        """The log's file of content vectors, if there is one."""
        return self.log.embeddings

    @property
    def targets(self) -> Sequences:
        """What each user cared for in the test."""
        kept = self.test_positive
        return Sequences.of(
            self.test_items.users[kept], self.test_items.items[kept], len(self.users)
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    week: int
    users: Int64[np.ndarray, " rows"]
    items: Int64[np.ndarray, " rows"]
    positive: Bool[np.ndarray, " rows"]

    def only(self, kept: Bool[np.ndarray, " rows"]) -> _Rows:
        return _Rows(self.week, self.users[kept], self.items[kept], self.positive[kept])


def _placed(
    parts: Iterable[Impressions], users: UInt32[np.ndarray, " users"], catalogue: ItemIds
) -> Iterator[_Rows]:
    for part in parts:
        who = np.searchsorted(users, part.users).astype(np.int64)
        what = catalogue.places(part.items)
        known = (what >= 0) & (who < len(users))
        known[known] = users[who[known]] == part.users[known]
        if not known.all():
            row = int(np.flatnonzero(~known)[0])
            raise UnreadableFileError(
                f"week {part.week} shows item {part.items[row]} to user {part.users[row]}, but the "
                "tables of users and items do not have both: they belong to another log"
            )
        yield _Rows(part.week, who, what, part.positive)


def _joined(parts: Iterable[_Rows]) -> _Rows:
    """All rows in one; places take four bytes until then."""
    small = [
        (part.users.astype(np.int32), part.items.astype(np.int32), part.positive) for part in parts
    ]
    users, items, positive = zip(
        (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, bool)), *small, strict=True
    )
    return _Rows(
        0,
        np.concatenate(users).astype(np.int64),
        np.concatenate(items).astype(np.int64),
        np.concatenate(positive),
    )
