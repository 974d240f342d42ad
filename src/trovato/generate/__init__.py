"""From evidence to an answer, and what keeps poisoned evidence from deciding it."""

from trovato.generate.extractive import ExtractiveAnswerer
from trovato.generate.guarded import GuardedAnswerer
from trovato.generate.guards import FILTERS, READINGS, guarded_answerer
from trovato.generate.matching import Matcher, Passage
from trovato.generate.prompting import cite, mark_of, prompt_of
from trovato.generate.voting import KeywordAnswerer, MajorityAnswerer, each_alone, votes_of
from trovato.generate.written import WrittenAnswerer

__all__ = [
    "FILTERS",
    "READINGS",
    "ExtractiveAnswerer",
    "GuardedAnswerer",
    "KeywordAnswerer",
    "MajorityAnswerer",
    "Matcher",
    "Passage",
    "WrittenAnswerer",
    "cite",
    "each_alone",
    "guarded_answerer",
    "mark_of",
    "prompt_of",
    "votes_of",
]
