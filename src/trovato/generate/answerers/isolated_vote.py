"""Answers by vote: each document answers alone, so none can speak for another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from trovato.core import Answer, Answerer, CitedDocument, Item, check_many
from trovato.ops import answer_key, keyword_vote, majority_vote
from trovato.ops.language.answers.fact_words import fact_words


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
        """The documents' joint answer, and what each of them gave alone.

        Where several answers have the most votes the documents disagree: there is no answer, and
        each of these is cited. What is first would otherwise win, and poison often is.
        """
        said = each_alone(self._alone, question, documents)
        return replace(
            self._joined(question, said),
            method=said[0].method if said else "",
            sources=tuple(
                CitedDocument(item.id, alone=one.text)
                for item, one in zip(documents, said, strict=True)
            ),
            trimmed=tuple(trim for one in said for trim in one.trimmed),
            refused=_refused(said),
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

    def _joined(self, question: str, said: Sequence[Answer]) -> Answer:
        keys = [answer_key(one.text, question) for one in said]
        vote = majority_vote(keys)
        first = _first(keys, vote.counts)
        behind = [one for key in first for one in _giving(key, keys, said)]
        return Answer(
            behind[0].text if len(first) == 1 else "",
            citations=tuple(citation for one in behind for citation in one.citations[:1]),
            votes=votes_of([one.text for one in said], question),
            certified=vote.certified,
            unsupported=behind[0].unsupported if len(first) == 1 else (),
        )


class KeywordAnswerer(_Vote):
    """Of the documents' own answers the one with most words that enough documents give.

    Support is that of a word on average.

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
        keys = [answer_key(one.text, question) for one in said]
        asked = {word.form for word in fact_words(question)}
        words = [set(key.split()) - asked for key in keys]
        kept = keyword_vote(words)
        support = {
            key: sum(kept.get(word, 0) for word in own) / len(own)
            for key, own in zip(keys, words, strict=True)
            if own
        }
        first = [key for key in _first(keys, support) if support[key] > 0]
        behind = [_giving(key, keys, said)[0] for key in first]
        return Answer(
            behind[0].text if len(first) == 1 else "",
            citations=tuple(citation for one in behind for citation in one.citations),
            votes=kept,
            unsupported=behind[0].unsupported if len(first) == 1 else (),
        )


def _first(keys: Sequence[str], weight: Mapping[str, int | float]) -> list[str]:
    """The keys of most weight, in order; several at a tie."""
    most = max(weight.values(), default=0.0)
    return [key for key in dict.fromkeys(keys) if key and weight.get(key) == most]


def _giving(key: str, keys: Sequence[str], said: Sequence[Answer]) -> list[Answer]:
    return [one for one, given in zip(said, keys, strict=True) if given == key]


def _refused(said: Sequence[Answer]) -> str:
    """Why there is no answer at all, where every document's prompt was refused."""
    return said[0].refused if said and all(one.refused for one in said) else ""


def votes_of(answers: Sequence[str], question: str = "") -> dict[str, int]:
    """Documents behind each answer, most first, in the words of the best of them.

    Parameters
    ----------
    answers
        What each document answers alone, best document first; empty where it abstains.
    question
        Answers that differ in its words alone are one (`trovato.ops.answer_key`).

    Examples
    --------
    >>> votes_of(["Paris", "Rome", "It is Paris."])
    {'Paris': 2, 'Rome': 1}
    """
    check_many("answers", answers)
    keys = [answer_key(answer, question) for answer in answers]
    words: dict[str, str] = {}
    for key, answer in zip(keys, answers, strict=True):
        words.setdefault(key, answer)
    return {words[key]: count for key, count in majority_vote(keys).counts.items()}


@runtime_checkable
class _AsksEach(Protocol):
    """Can ask about many documents at once."""

    def answer_each(self, question: str, documents: Sequence[Item]) -> list[Answer]:
        """What each document answers by itself."""


def each_alone(alone: Answerer, question: str, documents: Sequence[Item]) -> list[Answer]:
    """What each document answers by itself; a model is asked about all at the same time."""
    if isinstance(alone, _AsksEach):
        return alone.answer_each(question, documents)
    return [alone.answer(question, [item]) for item in documents]
