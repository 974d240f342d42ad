"""Answers without a language model: the sentence that meets the question best."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trovato.core import Answer, Citation, CitedDocument, Item
from trovato.generate.text.sentence_ranking import Passage, SentenceRanker
from trovato.ops.language.answers.fact_words import UNSPACED
from trovato.ops.language.answers.question_kind import holds_number, question_kind
from trovato.ops.language.answers.question_names import meets_names

_CITED = 3
_LOOKED_AT = 40
_WORDS = 6  # of a sentence that is no heading
# Sentences that score less have little to do with the question. What another bound would cost and
# gain is in bench/RESULTS.md.
LEAST = 0.5

# A word, or two characters of a script without spaces.
_WORD = re.compile(rf"[{UNSPACED}]{{2}}|[^\W{UNSPACED}]+")


class ExtractiveAnswerer:
    """Gives back the best sentence of the documents; a `trovato.core.Answerer`.

    It abstains where no sentence says anything about the question, or none can say what it wants.

    Parameters
    ----------
    matcher
        Compares sentences with the question.
    least
        Score that a sentence must have, see `SentenceRanker`.
    """

    def __init__(self, matcher: SentenceRanker, *, least: float = LEAST) -> None:
        self._matcher = matcher
        self._least = least

    @property
    def name(self) -> str:
        """As the command line and reports call it."""
        return "none"

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        """The best sentence; the next best ones are cited after it.

        Headings and the like, of fewer than six words, come after all others. A question for a
        count wants a sentence with a number, and one about a figure or a table has no sentence for
        an answer. A sentence of a page without most of the question's names is none.
        """
        found = self._found(question, documents)
        return Answer(
            " ".join(found[0].text.split()) if found else "",
            citations=tuple(Citation(one.item, one.start, one.end) for one in found),
            method="extractive",
            sources=tuple(CitedDocument(item.id) for item in documents),
        )

    def _found(self, question: str, documents: Sequence[Item]) -> list[Passage]:
        kind = question_kind(question)
        if kind == "figure":
            return []
        found = [
            passage
            for passage in self._matcher.best(question, documents, _LOOKED_AT)
            if passage.score >= self._least
            and (kind != "count" or holds_number(passage.text, question))
            and meets_names(question, passage.item.text)
        ]
        return sorted(found, key=lambda passage: _is_short(passage.text))[:_CITED]


def _is_short(sentence: str) -> bool:
    return len(_WORD.findall(sentence)) < _WORDS
