"""Subsets by users and items, named as the published ones are."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, fields, generator, plain
from trovato.core.shapes import UInt32
from trovato.interactions.storage.log import InteractionLog

_CUT = re.compile(r"([ui])([rp])(-?\d*\.?\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which users, or which items, stay.

    Parameters
    ----------
    random
        Drawn at random; else by their rank in the training weeks.
    share
        Of those there are, above 0 and at most 1: the first of the order. Below 0, the last: the
        least popular, for instance. What a share below 0 means is not published, so it is our own.
    """

    random: bool
    share: float

    def __post_init__(self) -> None:
        if not 0 < abs(self.share) <= 1:
            raise InvalidInputError(
                f"a cut keeps a share above 0 and at most 1, or below 0 and at least -1, got "
                f"{self.share}"
            )


@dataclass(frozen=True, slots=True)
class Subset:
    """Rows whose user stays and whose item stays.

    Parameters
    ----------
    users, items
        `None` keeps all.
    seed
        Of random cuts. With the same seed, a smaller share is part of a larger one.
    """

    users: Cut | None = None
    items: Cut | None = None
    seed: int = 0

    @staticmethod
    def named(name: str, seed: int = 0) -> Subset:
        """Read a name such as `ur0.01_ip0.1`: 1 % of users at random, the 10 % of top items.

        Raises
        ------
        InvalidInputError
            If it is not such a name.
        """
        cuts: dict[str, Cut] = {}
        for part in name.split("_"):
            found = _CUT.fullmatch(part)
            if not found or found[1] in cuts:
                raise InvalidInputError(
                    f"{name!r} is not the name of a subset: wanted u or i, then r (at random) or p "
                    "(by popularity), then a share, such as ur0.01, ip0.1 or ur0.01_ir0.01"
                )
            cuts[found[1]] = Cut(found[2] == "r", float(found[3]))
        return Subset(cuts.get("u"), cuts.get("i"), seed)

    @property
    def name(self) -> str:
        """The name, as `named` reads it."""
        cuts = {"u": self.users, "i": self.items}
        return "_".join(
            f"{who}{'r' if cut.random else 'p'}{plain(cut.share)}"
            for who, cut in cuts.items()
            if cut
        )

    def of(self, log: InteractionLog) -> InteractionLog:
        """The rows of `log` that belong to this subset; nothing but its tables is read.

        Raises
        ------
        InvalidInputError
            If the log has no tables of users and items and this subset cuts by popularity.
        """
        kept = {
            name: _kept(log, name, cut, self.seed)
            for name, cut in ((fields.USER, self.users), (fields.ITEM, self.items))
            if cut is not None
        }
        return log.filter(users=kept.get(fields.USER), items=kept.get(fields.ITEM))


def _kept(log: InteractionLog, name: str, cut: Cut, seed: int) -> UInt32[np.ndarray, " kept"]:
    if cut.random:
        ids = log.user_ids() if name == fields.USER else log.item_ids()
        order = np.argsort(generator(seed, f"subset by {name}").random(len(ids)), kind="stable")
    else:
        read = log.users if name == fields.USER else log.items
        table = read([fields.RANK])
        ids = table[name].to_numpy()
        order = np.argsort(table[fields.RANK].to_numpy(), kind="stable")
    # A share such as 0.29 of 100 is 29, though it is stored as a little less.
    count = int(abs(cut.share) * len(ids) + 1e-9)
    places = order[:count] if cut.share > 0 else order[len(ids) - count :]
    return np.sort(ids[places])
