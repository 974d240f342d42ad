"""From evidence to an answer, and what keeps poisoned evidence from deciding it."""

from trovato.generate.answerers.extractive import ExtractiveAnswerer
from trovato.generate.answerers.filtered import GuardedAnswerer
from trovato.generate.answerers.generative import WrittenAnswerer
from trovato.generate.answerers.isolated_vote import (
    KeywordAnswerer,
    MajorityAnswerer,
    each_alone,
    votes_of,
)
from trovato.generate.answerers.registry import FILTERS, READINGS, guarded_answerer
from trovato.generate.text.prompt_building import cite, mark_of, prompt_of
from trovato.generate.text.sentence_ranking import Matcher, Passage

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
