"""Answers without a language model: the sentence that meets the question best."""

from __future__ import annotations

from collections.abc import Sequence

from trovato.core import Answer, Citation, CitedDocument, Item
from trovato.generate.text.sentence_ranking import SentenceRanker

_CITED = 3
# Sentences that score less have little to do with the question.
LEAST = 0.45


class ExtractiveAnswerer:
    """Gives back the best sentence of the documents; a `trovato.core.Answerer`.

    It abstains where no sentence says anything about the question.

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
        """The best sentence; the next best ones are cited after it."""
        found = [
            passage
            for passage in self._matcher.best(question, documents, _CITED)
            if passage.score >= self._least
        ]
        return Answer(
            " ".join(found[0].text.split()) if found else "",
            citations=tuple(Citation(one.item, one.start, one.end) for one in found),
            method="extractive",
            sources=tuple(CitedDocument(item.id) for item in documents),
        )
