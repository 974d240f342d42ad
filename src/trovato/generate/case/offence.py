"""Which of an article's penalties an offence falls under."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trovato.generate.case.facts import Amount, largest
from trovato.generate.case.pack import Pack
from trovato.generate.case.penalties import Penalty

# What a condition names, and the consequence in the facts that meets it.
_NAMED = (
    ("serious_injury", re.compile(r"致人重伤|造成[^，]*重伤")),
    ("death", re.compile(r"致人死亡|致使?[^，]{0,8}死亡")),
    ("flight", re.compile("逃逸")),
)


@dataclass(frozen=True, slots=True)
class ChosenPenalty:
    """A penalty, and the reason why it was taken rather than another one of the article."""

    penalty: Penalty
    reason: str


def choose_penalty(
    penalties: list[Penalty],
    offence: str,
    amounts: list[Amount],
    consequences: frozenset[str],
    pack: Pack,
    province: str = "",
) -> ChosenPenalty | None:
    """The penalty whose condition the facts meet: by amount, else by consequence, else the first.

    Parameters
    ----------
    penalties
        Of the article, in its order.
    offence
        Its name in the pack.
    amounts, consequences
        In the facts; of several amounts the largest counts.
    pack, province
        Thresholds.

    Returns
    -------
    ChosenPenalty or None
        None where the article allows no limited term.
    """
    if not penalties:
        return None
    threshold = pack.threshold(offence)
    amount = largest(amounts, "yuan")
    if threshold and amount:
        reached = sum(amount >= least for least in threshold.of(province))
        grade = min(max(reached, 1), len(penalties)) - 1
        return ChosenPenalty(
            penalties[grade], f"{amount:,.0f} yuan against the thresholds of {threshold.source}"
        )
    met = []
    for penalty in penalties:
        named = {name for name, words in _NAMED if words.search(penalty.condition)}
        if named and named <= consequences:
            met.append((penalty, " and ".join(sorted(named)).replace("_", " ")))
    if met:
        penalty, names = max(met, key=lambda pair: pair[0].allowed.maximum)
        return ChosenPenalty(penalty, f"{names} in the facts")
    # Some articles name the gravest penalty first.
    graver_first = (
        len(penalties) > 1 and penalties[0].allowed.minimum > penalties[1].allowed.minimum
    )
    first = (
        min(penalties, key=lambda one: (one.allowed.maximum, one.start))
        if graver_first
        else penalties[0]
    )
    return ChosenPenalty(first, "no graver condition was found in the facts")
