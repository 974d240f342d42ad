"""From the facts of a case to its range, its calculation and what is missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trovato.core import InvalidInputError, Item, check_many
from trovato.generate.case.facts import (
    Amount,
    FoundFactor,
    find_amounts,
    find_consequences,
    find_factors,
    largest,
)
from trovato.generate.case.offence import ChosenPenalty, choose_penalty
from trovato.generate.case.pack import Pack
from trovato.generate.case.penalties import Penalty, parse_penalties
from trovato.generate.case.term_statistics import TermEstimate, TermStatistics
from trovato.ops import Calculation, calculate_term

# Without statistics the offence alone starts at a third of its range.
_STARTING_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class Established:
    """An offence with the penalty that its article allows.

    Parameters
    ----------
    offence
        Its name in the pack.
    item
        The article, as a source holds it.
    penalties
        All of the article.
    chosen
        The one that the facts meet.
    """

    offence: str
    item: Item
    penalties: tuple[Penalty, ...]
    chosen: ChosenPenalty


@dataclass(frozen=True, slots=True)
class CaseAnalysis:
    """What the facts establish under a pack of rules, and what follows.

    Parameters
    ----------
    factors, amounts, consequences
        Found in the facts.
    established
        The gravest of the charged offences; None where the range is not established.
    calculation
        The calculator's term with its trace; None without a range.
    estimate
        What like judged cases lead to expect; None without statistics.
    articles
        Numbers of the articles that bear on the case, with the reason for each.
    missing
        What the facts do not tell, in words.
    banner
        What this is not.
    """

    factors: tuple[FoundFactor, ...]
    amounts: tuple[Amount, ...]
    consequences: frozenset[str]
    established: Established | None
    calculation: Calculation | None
    estimate: TermEstimate | None
    articles: Mapping[str, str]
    missing: tuple[str, ...]
    banner: str


def analyze_case(
    facts: str,
    charges: Sequence[str],
    statutes: Mapping[str, Item],
    pack: Pack,
    *,
    province: str = "",
    statistics: TermStatistics | None = None,
) -> CaseAnalysis:
    """Look at the facts of a case by rules alone.

    Of several charged offences the one with the longest term counts. The range is what the
    article's text allows, not a table.

    Parameters
    ----------
    facts
        In the language of the pack.
    charges
        Names of offences.
    statutes
        Articles in force at the time of the act, by number.
    pack
        Rules of the jurisdiction.
    province
        Whose thresholds hold.
    statistics
        From judged cases; without them the starting term is a third into the range.

    Raises
    ------
    InvalidInputError
        If the facts are blank.
    """
    check_many("charges", charges)
    if not facts.strip():
        raise InvalidInputError("the facts of a case are empty: pass its text")
    factors = tuple(find_factors(facts, pack))
    amounts = tuple(find_amounts(facts))
    consequences = find_consequences(facts, pack)
    offences = [offence for offence in map(pack.offence, charges) if offence]
    established = _gravest(offences, statutes, amounts, consequences, pack, province)
    calculation = estimate = None
    if established is not None:
        allowed = established.chosen.penalty.allowed
        starting = allowed.minimum + _STARTING_SHARE * (allowed.maximum - allowed.minimum)
        if statistics is not None:
            features = offence_features(facts, offences, established, amounts, consequences)
            starting = min(
                max(statistics.starting_term(features), allowed.minimum), allowed.maximum
            )
        calculation = calculate_term(
            allowed,
            starting,
            factors=tuple(found.rule.factor for found in factors),
            discretion=pack.discretion,
        )
        estimate = statistics.estimate(calculation.estimate) if statistics else None
    return CaseAnalysis(
        factors,
        amounts,
        consequences,
        established,
        calculation,
        estimate,
        _articles(facts, factors, established, pack),
        tuple(_missing(charges, offences, established, amounts, pack)),
        pack.banner,
    )


def offence_features(
    facts: str,
    offences: Sequence[str],
    established: Established,
    amounts: Sequence[Amount],
    consequences: frozenset[str],
) -> dict[str, float]:
    """What a starting term depends on; factors are the calculator's and not among it."""
    ranges = [penalty.allowed for penalty in established.penalties]
    allowed = established.chosen.penalty.allowed
    yuan = largest(amounts, "yuan")
    features = {
        "constant": 1.0,
        "minimum": math.log1p(allowed.minimum),
        "maximum": math.log1p(allowed.maximum),
        "longest": math.log1p(max(one.maximum for one in ranges)),
        "shortest": math.log1p(min(one.maximum for one in ranges)),
        f"offence {established.offence}": 1.0,
        f"article {established.item.attributes.get('article', '')}": 1.0,
        "yuan": math.log1p(yuan) / 3,
        "no money": float(not yuan),
        "grams": math.log1p(largest(amounts, "gram")) / 2,
        "further charges": len(offences) - 1.0,
        "length": math.log1p(len(facts)) / 2,
    }
    features |= {f"charged {offence}": 0.5 for offence in offences}
    return features | {f"consequence {name}": 1.0 for name in consequences}


def _gravest(
    offences: Sequence[str],
    statutes: Mapping[str, Item],
    amounts: Sequence[Amount],
    consequences: frozenset[str],
    pack: Pack,
    province: str,
) -> Established | None:
    found = []
    for offence in offences:
        number = pack.offences[offence]
        item = statutes.get(pack.penalties_in.get(number, number))
        penalties = parse_penalties(item.text) if item else []
        chosen = choose_penalty(penalties, offence, list(amounts), consequences, pack, province)
        if item and chosen:
            found.append(Established(offence, item, tuple(penalties), chosen))
    return max(found, key=lambda one: one.chosen.penalty.allowed.maximum, default=None)


def _articles(
    facts: str, factors: Sequence[FoundFactor], established: Established | None, pack: Pack
) -> dict[str, str]:
    reasons: dict[str, str] = {}
    if established is not None:
        number = pack.offences[established.offence]
        reasons[number] = established.offence
        reasons.setdefault(pack.penalties_in.get(number, number), "penalty of that offence")
    for found in factors:
        for article in found.rule.articles:
            reasons.setdefault(article, found.rule.label)
    for more in pack.additional_articles:
        holds = {
            "fine": established is not None and established.chosen.penalty.fine,
            "short": established is not None and established.chosen.penalty.allowed.maximum <= 36,
            "facts": more.pattern is not None and more.pattern.search(facts) is not None,
        }[more.when]
        if holds:
            for article in more.articles:
                reasons.setdefault(article, more.reason)
    return reasons


def _missing(
    charges: Sequence[str],
    offences: Sequence[str],
    established: Established | None,
    amounts: Sequence[Amount],
    pack: Pack,
) -> list[str]:
    missing = []
    if not charges:
        missing.append("the charge: name it, or let it be suggested from judged cases")
    elif not offences:
        missing.append(f"an offence by the name of {', '.join(charges)}")
    if offences and established is None:
        numbers = ", ".join(sorted({pack.offences[offence] for offence in offences}))
        missing.append(f"the words of article {numbers} in force at the time of the act")
    if established and pack.threshold(established.offence) and not largest(amounts, "yuan"):
        missing.append("the amount: without it the lowest penalty of the article is taken")
    return missing
