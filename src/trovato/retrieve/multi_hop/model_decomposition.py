"""A question told apart by a language model.

Source of the task: LILaC (Yun, Lee and Han 2025, section 3.2); the words of the prompt are ours.
"""

from __future__ import annotations

import json

from trovato.core import Decoding, LanguageModel, Prompt
from trovato.ops import without_reasoning
from trovato.retrieve.multi_hop.decomposition import Subquery, modality_of

_MOST = 5
_LONGEST = 300  # characters; what is longer is no question
_INSTRUCTIONS = (
    "You split questions for a search engine that finds one paragraph, table or picture at a time."
)
_ASK = (
    "Write the fewest short search queries, one to five, that together find everything needed to "
    "answer the question below. Keep every name and number of it. Do not split it if one place can "
    "answer it. Put first what must be known first. Write only a JSON array of strings.\n\n"
    "Question: {question}"
)


def decompose_with(
    model: LanguageModel, question: str, decoding: Decoding = Decoding(max_tokens=256)
) -> tuple[Subquery, ...]:
    """One to five sub-questions as a model writes them; the question itself where it writes none.

    Parameters
    ----------
    model
        Asked once.
    question
        In words.
    decoding
        By default greedy, at most 256 tokens.
    """
    [written] = model.complete(
        [Prompt.of(_ASK.format(question=question), [], _INSTRUCTIONS)], decoding
    )
    texts = strings_in(without_reasoning(written.text))[:_MOST] or [question]
    return tuple(Subquery(text, modality_of(text)) for text in texts)


def strings_in(written: str) -> list[str]:
    """The texts of the first JSON array of texts that stands in what a model wrote, each once.

    Words around it, a fence, and an end that is missing are no hindrance: of an array that is cut
    off, the texts that are whole count. Empty and very long ones are left out.
    """
    decoder = json.JSONDecoder()
    at = written.find("[")
    while at >= 0:
        found: list[str] = []
        place = at + 1
        while True:
            while place < len(written) and written[place] in " \t\r\n,":
                place += 1
            try:
                value, place = decoder.raw_decode(written, place)
            except (json.JSONDecodeError, RecursionError):
                break
            if isinstance(value, str):
                found.append(" ".join(value.split()))
        kept = [text for text in dict.fromkeys(found) if 0 < len(text) <= _LONGEST]
        if kept:
            return kept
        at = written.find("[", at + 1)
    return []
