"""The facts of a case against the sources of a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from trovato.core import InvalidInputError, Item, Ranking, check_many
from trovato.generate.case import (
    CaseAnalysis,
    Pack,
    TermStatistics,
    analyze_case,
    load_pack,
    rank_articles,
)
from trovato.library.library import Library
from trovato.retrieve import MultiSourceRetriever, NearestCentroid, SourceFilter

_SUGGESTED = 5
_ARTICLES, _GUIDANCE = 10, 3
_TYPES = ("statute", "interpretation", "guideline", "precedent", "documents")


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article that bears on the case, in the version in force, and why."""

    number: str
    item: Item
    reason: str

    @property
    def exact(self) -> bool:
        """False where its words are those of a later version."""
        return bool(self.item.attributes.get("exact", 1))


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What the sources and rules say of a case.

    Parameters
    ----------
    charges
        Names of offences, likeliest first.
    suggested
        Whether they were suggested from judged cases rather than given.
    analysis
        Factors, range, calculation, estimate and what is missing.
    articles
        Statutes, best first.
    guidance
        Interpretations and guidelines for the likeliest offence.
    act_date, province
        As they were given.
    """

    charges: tuple[str, ...]
    suggested: bool
    analysis: CaseAnalysis
    articles: tuple[CitedArticle, ...]
    guidance: Ranking
    act_date: date | None
    province: str


def research_case(
    library: Library,
    facts: str,
    *,
    charges: Sequence[str] = (),
    act_date: date | None = None,
    province: str = "",
    statistics: TermStatistics | None = None,
    pack: Pack | None = None,
) -> CaseReport:
    """Find factors, articles in force and the term that rules lead to; no language model is asked.

    Without charges, the precedents of the library suggest them; the range then rests on the
    likeliest. What cannot be established is left empty, and named in `analysis.missing`.

    Parameters
    ----------
    library
        With sources; see `add_sources`.
    facts
        Of the case.
    charges
        Names of offences.
    act_date
        Articles are looked up as they were then; None for those of today.
    province
        Whose thresholds and guidelines hold.
    statistics
        From judged cases, for an estimate.
    pack
        Rules; None for Chinese criminal law.

    Raises
    ------
    InvalidInputError
        If the facts are blank, or the library holds no statute.
    """
    check_many("charges", charges)
    pack = pack or load_pack()
    items = [item for item in library if item.attributes.get("source_type") in _TYPES]
    retriever = MultiSourceRetriever(items)
    statutes = retriever.in_force(act_date)
    if not statutes:
        raise InvalidInputError(
            "the library holds no statute in force at that time: add one with `trovato sources add`"
        )
    named = tuple(charges) or _suggested(items, facts, pack)
    offences = [offence for offence in map(pack.offence, named) if offence]
    of_case = list(charges) if charges else offences[:1]
    analysis = analyze_case(
        facts, of_case, statutes, pack, province=province, statistics=statistics
    )
    sources = SourceFilter(frozenset({"statute"}), act_date)
    ranked = rank_articles(facts, offences, analysis, statutes, retriever, pack, sources)
    guidance = SourceFilter(
        frozenset({"interpretation", "guideline"}),
        act_date,
        frozenset({pack.jurisdiction, province}) if province else frozenset({pack.jurisdiction}),
    )
    return CaseReport(
        named,
        not charges and bool(named),
        analysis,
        tuple(
            CitedArticle(
                number, statutes[number], analysis.articles.get(number, "words of the facts")
            )
            for number in ranked[:_ARTICLES]
        ),
        retriever.search([offences[0] if offences else facts, facts], _GUIDANCE, guidance),
        act_date,
        province,
    )


def _suggested(items: Sequence[Item], facts: str, pack: Pack) -> tuple[str, ...]:
    labelled = []
    for item in items:
        if item.attributes.get("source_type") == "precedent":
            charges = str(item.attributes.get("offences", "")).split("; ")
            labelled.append((item.text, [one for one in map(pack.offence, charges) if one]))
    if not any(labels for _, labels in labelled):
        return ()
    ranked = NearestCentroid(labelled).rank(facts)
    return tuple(offence for offence, _ in ranked[:_SUGGESTED])
