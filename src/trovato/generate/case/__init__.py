"""The facts of a case against the rules of a jurisdiction, and what follows."""

from trovato.generate.case.analysis import CaseAnalysis, Established, analyze_case
from trovato.generate.case.article_ranking import rank_articles
from trovato.generate.case.facts import Amount, FoundFactor, find_amounts, find_factors
from trovato.generate.case.offence import ChosenPenalty, choose_penalty
from trovato.generate.case.pack import FactorRule, Pack, Threshold, load_pack
from trovato.generate.case.penalties import Penalty, parse_penalties
from trovato.generate.case.redaction import redact_names
from trovato.generate.case.term_statistics import TermEstimate, TermStatistics

__all__ = [
    "Amount",
    "CaseAnalysis",
    "ChosenPenalty",
    "Established",
    "FactorRule",
    "FoundFactor",
    "Pack",
    "Penalty",
    "TermEstimate",
    "TermStatistics",
    "Threshold",
    "analyze_case",
    "choose_penalty",
    "find_amounts",
    "find_factors",
    "load_pack",
    "parse_penalties",
    "rank_articles",
    "redact_names",
]
