"""The rules of one jurisdiction as data: factors, thresholds, offences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, UnreadableFileError
from trovato.ops import Factor

_BUILT_IN = "chinese_criminal_law"


@dataclass(frozen=True, slots=True)
class FactorRule:
    """A factor, the words that establish it, and the articles it rests on.

    Parameters
    ----------
    factor
        What it does to a term.
    label
        As the law calls it.
    patterns, unless
        Expressions of which one must stand in a sentence, and none of the second.
    articles
        Numbers.
    rule
        Where the guideline says so.
    """

    factor: Factor
    label: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    articles: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which amount on each penalty of an offence holds.

    Parameters
    ----------
    offences
        Names.
    amounts
        For each penalty the least and the largest amount that a province may choose.
    provinces
        What some chose; None where it is not known.
    source
        The text that says so.
    """

    offences: tuple[str, ...]
    amounts: tuple[tuple[float, float], ...]
    provinces: Mapping[str, tuple[float | None, ...]]
    source: str

    def of(self, province: str) -> tuple[float, ...]:
        """The amount of each penalty: the province's, else the middle of what it may choose."""
        own = self.provinces.get(province, (None,) * len(self.amounts))
        return tuple(
            (low * high) ** 0.5 if chosen is None else chosen
            for chosen, (low, high) in zip(own, self.amounts, strict=True)
        )


@dataclass(frozen=True, slots=True)
class AdditionalArticles:
    """Articles of the general part that hold when something is so."""

    when: str
    pattern: re.Pattern[str] | None
    articles: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules of a jurisdiction that a case is looked at with; see `load_pack`."""

    jurisdiction: str
    law: str
    banner: str
    discretion: float
    source: str
    factors: tuple[FactorRule, ...]
    thresholds: tuple[Threshold, ...]
    consequences: Mapping[str, re.Pattern[str]]
    additional_articles: tuple[AdditionalArticles, ...]
    penalties_in: Mapping[str, str]
    offences: Mapping[str, str]

    def threshold(self, offence: str) -> Threshold | None:
        """The thresholds of an offence, if the pack has any."""
        for threshold in self.thresholds:
            if offence in threshold.offences:
                return threshold
        return None

    def offence(self, charge: str) -> str | None:
        """The offence that a charge names, with or without 罪.

        An offence may be charged in part (贩卖毒品 of 走私、贩卖、运输、制造毒品罪): the shortest
        name that holds all characters of the charge in order; failing that, the longest one whose
        characters stand in the charge.
        """
        bare = charge.strip().removesuffix("罪")
        if not bare or f"{bare}罪" in self.offences:
            return f"{bare}罪" if bare else None
        wider = [name for name in self.offences if _in_order(bare, name)]
        if wider:
            return min(wider, key=lambda name: (len(name), name))
        narrower = [name for name in self.offences if _in_order(name.removesuffix("罪"), bare)]
        return max(narrower, key=lambda name: (len(name), name), default=None)


def load_pack(path: PathLike | None = None) -> Pack:
    """Read a pack of rules; without a path the one for Chinese criminal law.

    Raises
    ------
    UnreadableFileError
        If the file cannot be read.
    InvalidInputError
        If it is no pack.
    """
    try:
        if path is None:
            text = files(__package__).joinpath("packs", f"{_BUILT_IN}.json").read_text("utf-8")
        else:
            text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"the pack {path} cannot be read: {error}") from error
    try:
        return _pack(json.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        raise InvalidInputError(
            f"{path} is no pack of rules ({error!r}): compare it with the built-in one"
        ) from error


def _in_order(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(character in rest for character in part)


def _pack(record: Mapping[str, Any]) -> Pack:
    return Pack(
        record["jurisdiction"],
        record["law"],
        record["banner"],
        float(record["discretion"]),
        record["source"],
        tuple(_factor(entry) for entry in record["factors"]),
        tuple(
            Threshold(
                tuple(entry["offences"]),
                tuple((float(low), float(high)) for low, high in entry["amounts"]),
                {
                    name: tuple(None if one is None else float(one) for one in chosen)
                    for name, chosen in entry.get("provinces", {}).items()
                },
                entry["source"],
            )
            for entry in record["thresholds"]
        ),
        {name: re.compile(pattern) for name, pattern in record["consequences"].items()},
        tuple(
            AdditionalArticles(
                entry["when"],
                re.compile(entry["pattern"]) if "pattern" in entry else None,
                tuple(entry["articles"]),
                entry["reason"],
            )
            for entry in record["additional_articles"]
        ),
        dict(record["penalties_in"]),
        dict(record["offences"]),
    )


def _factor(entry: Mapping[str, Any]) -> FactorRule:
    factor = Factor(
        entry["name"],
        float(entry["low"]),
        float(entry["high"]),
        layer=entry.get("layer", 2),
        least_months=float(entry.get("least_months", 0)),
        mitigates=entry.get("mitigates", False),
        covers=frozenset(entry.get("covers", ())),
    )
    return FactorRule(
        factor,
        entry["label"],
        tuple(re.compile(pattern) for pattern in entry["patterns"]),
        tuple(re.compile(pattern) for pattern in entry.get("unless", ())),
        tuple(entry["articles"]),
        entry["rule"],
    )
