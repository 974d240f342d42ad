"""Answers by vote: each document answers alone, so none can speak for another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from trovato.core import Answer, Answerer, CitedDocument, Item, check_many
from trovato.generate.text.content_words import content_words
from trovato.ops import keyword_vote, majority_vote, normalize_answer


class _Vote(ABC):
    """Lets each document answer alone, and joins their answers.

    Source: Xiang et al. 2024 (RobustRAG, arXiv 2405.15556), isolate then aggregate.

    Parameters
    ----------
    alone
        Answers from one document.
    """

    def __init__(self, alone: Answerer) -> None:
        self._alone = alone

    @property
    @abstractmethod
    def name(self) -> str:
        """As the command line and reports call it."""

    @abstractmethod
    def _joined(self, question: str, said: Sequence[Answer]) -> Answer:
        """One answer from those of the documents."""

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        """The documents' joint answer, and what each of them gave alone."""
        said = each_alone(self._alone, question, documents)
        return replace(
            self._joined(question, said),
            method=said[0].method if said else "",
            sources=tuple(
                CitedDocument(item.id, alone=one.text)
                for item, one in zip(documents, said, strict=True)
            ),
            trimmed=tuple(trim for one in said for trim in one.trimmed),
        )


class MajorityAnswerer(_Vote):
    """The answer that most documents give by themselves, with what it withstands.

    It is in the words of the winner's best document, and cited in all that gave it.

    Source: Xiang et al. 2024 (RobustRAG, arXiv 2405.15556), isolate then aggregate.

    Parameters
    ----------
    alone
        Answers from one document.
    """

    @property
    def name(self) -> str:
        """As the command line and reports call it."""
        return "vote"

    def _joined(self, question: str, said: Sequence[Answer]) -> Answer:  # noqa: ARG002
        forms = [normalize_answer(one.text) for one in said]
        vote = majority_vote(forms)
        behind = [one for one, form in zip(said, forms, strict=True) if form == vote.winner]
        if not vote.winner:
            behind = []
        return Answer(
            behind[0].text if behind else "",
            citations=tuple(citation for one in behind for citation in one.citations[:1]),
            votes=votes_of([one.text for one in said]),
            certified=vote.certified,
        )


class KeywordAnswerer(_Vote):
    """Of the documents' own answers the one with most words that enough documents give.

    Support is that of a word on average; at a tie the best document's answer is taken.

    Source: Xiang et al. 2024 (RobustRAG, arXiv 2405.15556), secure keyword aggregation. There a
    model writes the answer from the words that are left; here the answer nearest to them is taken,
    so it needs none.

    Parameters
    ----------
    alone
        Answers from one document.
    """

    @property
    def name(self) -> str:
        """As the command line and reports call it."""
        return "keyword"

    def _joined(self, question: str, said: Sequence[Answer]) -> Answer:
        asked = content_words(question)
        words = [content_words(one.text) - asked for one in said]
        kept = keyword_vote(words)
        support = [sum(kept.get(word, 0) for word in own) / (len(own) or 1) for own in words]
        most = max(support, default=0.0)
        best = said[support.index(most)] if most > 0 else Answer("")
        return Answer(best.text, citations=best.citations, votes=kept)


def votes_of(answers: Sequence[str]) -> dict[str, int]:
    """Documents behind each answer, most first, in the words of the best of them.

    Parameters
    ----------
    answers
        What each document answers alone, best document first; empty where it abstains.

    Examples
    --------
    >>> votes_of(["Paris", "Rome", "paris."])
    {'Paris': 2, 'Rome': 1}
    """
    check_many("answers", answers)
    words: dict[str, str] = {}
    for answer in answers:
        words.setdefault(normalize_answer(answer), answer)
    counts = majority_vote([normalize_answer(answer) for answer in answers]).counts
    return {words[form]: count for form, count in counts.items()}


def each_alone(alone: Answerer, question: str, documents: Sequence[Item]) -> list[Answer]:
    """What each document answers by itself."""
    return [alone.answer(question, [item]) for item in documents]
