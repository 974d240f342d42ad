"""Which articles bear on a case: by its facts, its offences and its factors together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trovato.core import Item, check_many
from trovato.generate.case.analysis import CaseAnalysis
from trovato.generate.case.pack import Pack
from trovato.ops import reciprocal_rank_fusion
from trovato.retrieve import MultiSourceRetriever, SourceFilter

_DEPTH = 100


def rank_articles(
    facts: str,
    offences: Sequence[str],
    analysis: CaseAnalysis,
    statutes: Mapping[str, Item],
    retriever: MultiSourceRetriever,
    pack: Pack,
    sources: SourceFilter = SourceFilter(frozenset({"statute"})),
) -> list[str]:
    """Numbers of articles, best first, by reciprocal rank fusion of three rankings.

    The words of the facts and the offences' names; the articles of the offences, likeliest first;
    and the articles that the analysis rests on.

    Parameters
    ----------
    facts, analysis, statutes, pack
        As of `analyze_case`.
    offences
        Names in the pack, likeliest first.
    retriever, sources
        Where words are looked up.
    """
    check_many("offences", offences)
    found = retriever.search([facts, *offences[:1]], _DEPTH, sources)
    numbers = (str(hit.item.attributes.get("article", "")) for hit in found)
    of_offences = (pack.offences[offence] for offence in offences)
    rankings = [
        [number for number in dict.fromkeys(ranking) if number in statutes]
        for ranking in (numbers, of_offences, analysis.articles)
    ]
    fused = reciprocal_rank_fusion(rankings)
    return sorted(fused, key=lambda number: (-fused[number], number))
