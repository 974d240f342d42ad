"""From evidence to an answer, and what keeps poisoned evidence from deciding it."""

from trovato.generate.answerers.extractive import ExtractiveAnswerer
from trovato.generate.answerers.filtered import FilteredAnswerer
from trovato.generate.answerers.generative import GenerativeAnswerer
from trovato.generate.answerers.isolated_vote import (
    KeywordAnswerer,
    MajorityAnswerer,
    each_alone,
    votes_of,
)
from trovato.generate.answerers.registry import AGGREGATION_MODES, FILTERS, answerer
from trovato.generate.target_description import DescriptionFile, TargetDescriber
from trovato.generate.text.citing import Attribution, attribute, cite
from trovato.generate.text.prompt_building import mark_of, prompt_of
from trovato.generate.text.sentence_ranking import Passage, SentenceRanker

__all__ = [
    "AGGREGATION_MODES",
    "FILTERS",
    "Attribution",
    "DescriptionFile",
    "ExtractiveAnswerer",
    "FilteredAnswerer",
    "GenerativeAnswerer",
    "KeywordAnswerer",
    "MajorityAnswerer",
    "Passage",
    "SentenceRanker",
    "TargetDescriber",
    "answerer",
    "attribute",
    "cite",
    "each_alone",
    "mark_of",
    "prompt_of",
    "votes_of",
]
