"""What the facts of a case say: factors, amounts, consequences, each with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from trovato.generate.case.pack import FactorRule, Pack
from trovato.ops import NUMERAL, parse_chinese_number, plain_digits

_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")
_AMOUNT = re.compile(rf"(?P<number>{NUMERAL})(?:余|多)?(?P<unit>元|克|千克|公斤)")
_GRAMS = {"克": 1.0, "千克": 1000.0, "公斤": 1000.0}


@dataclass(frozen=True, slots=True)
class FoundFactor:
    """A factor that the facts establish, and the sentence that says so.

    Parameters
    ----------
    rule
        Of the pack.
    start, end
        Characters of the facts.
    sentence
        Those characters.
    """

    rule: FactorRule
    start: int
    end: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money or a weight in the facts: yuan or grams."""

    value: float
    unit: Literal["yuan", "gram"]
    start: int
    end: int


def find_factors(facts: str, pack: Pack) -> list[FoundFactor]:
    """Factors that one sentence says and does not deny, in the order of the pack.

    The first such sentence is kept. What is only meant, or said over several sentences, is missed.
    """
    sentences = list(_sentences(facts))
    found = []
    for rule in pack.factors:
        for start, sentence in sentences:
            if _says(rule, sentence):
                end = start + len(sentence)
                found.append(FoundFactor(rule, start, end, sentence.strip()))
                break
    return found


def find_amounts(facts: str) -> list[Amount]:
    """Sums of money and weights, in the order they stand."""
    found = []
    for match in _AMOUNT.finditer(plain_digits(facts)):
        value = parse_chinese_number(match["number"])
        if value:
            grams = _GRAMS.get(match["unit"])
            unit: Literal["yuan", "gram"] = "gram" if grams else "yuan"
            found.append(Amount(value * (grams or 1.0), unit, match.start(), match.end()))
    return found


def largest(amounts: Iterable[Amount], unit: Literal["yuan", "gram"]) -> float:
    """The largest amount of a unit; 0 where there is none."""
    return max((amount.value for amount in amounts if amount.unit == unit), default=0.0)


def find_consequences(facts: str, pack: Pack) -> frozenset[str]:
    """Names of the pack's consequences that the facts mention."""
    return frozenset(name for name, pattern in pack.consequences.items() if pattern.search(facts))


def _says(rule: FactorRule, sentence: str) -> bool:
    denied = any(pattern.search(sentence) for pattern in rule.unless)
    return not denied and any(pattern.search(sentence) for pattern in rule.patterns)


def _sentences(facts: str) -> Iterator[tuple[int, str]]:
    for match in _SENTENCE.finditer(facts):
        yield match.start(), match.group()
