"""An answer's sentences as places in the documents that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trovato.core import Citation, Item
from trovato.generate.text.marks import without_marks, without_mentions
from trovato.generate.text.prompt_building import mark_of
from trovato.generate.text.sentence_ranking import Passage, SentenceRanker
from trovato.ops.language.answers.answer_support import is_supported
from trovato.ops.language.answers.fact_words import fact_words, same_word
from trovato.ops.language.sentence_splitter import sentences

_LOOKED_AT = 12
_CITED = 3  # for each sentence of the answer
_LEAST = 0.5  # score from which a sentence may stand behind an answer
_TITLE = 12  # words of a first line that is a heading
_ABOUT = 0.25  # of the question's words, in a page that answers it


@dataclass(frozen=True, slots=True)
class Attribution:
    """An answer and what stands behind it.

    Parameters
    ----------
    text
        The answer without marks of passages.
    citations
        Sentences of the documents, those of the answer's first sentence first.
    unsupported
        Sentences of the answer that no document says.
    """

    text: str
    citations: tuple[Citation, ...]
    unsupported: tuple[str, ...]


def cite(
    answer: str, documents: Sequence[Item], matcher: SentenceRanker, question: str = ""
) -> tuple[str, tuple[Citation, ...]]:
    """The answer without marks such as [a1b], and the sentences that stand behind it.

    See `attribute`, which also tells what no document says.
    """
    found = attribute(answer, documents, matcher, question)
    return found.text, found.citations


def attribute(
    answer: str, documents: Sequence[Item], matcher: SentenceRanker, question: str = ""
) -> Attribution:
    """Look for the sentences that say what each sentence of an answer says.

    They are looked for in the passages that the answer names, and in all where these do not say it.
    A sentence is cited where it meets most of the answer and holds every new name, number and
    negation (`is_supported`), with the page's heading: a model that makes things up is not given a
    source for it. A short answer, which repeats nothing of the question, is looked for in pages
    that are about the question.

    Parameters
    ----------
    answer
        What the model wrote.
    documents
        Those of the prompt.
    matcher
        Compares sentences with the answer.
    question
        Its words are not new in an answer.
    """
    marks = {mark_of(item): item for item in documents}
    text, named = without_marks(answer, marks)
    first = [item for item in documents if mark_of(item) in named]
    citations: dict[tuple[str, int], Citation] = {}
    unsupported = []
    for start, end in sentences(text):
        sentence = without_mentions(text[start:end], marks)
        if not any(character.isalnum() for character in sentence):
            continue
        found = _behind(sentence, first, matcher, question)
        found = found or _behind(sentence, documents, matcher, question)
        for one in found:
            place = (one.item.id, one.start)
            citations.setdefault(place, Citation(one.item, one.start, one.end))
        if not found:
            unsupported.append(text[start:end])
    return Attribution(text, tuple(citations.values()), tuple(unsupported))


def _behind(
    sentence: str, documents: Sequence[Item], matcher: SentenceRanker, question: str
) -> list[Passage]:
    if not documents:
        return []
    found = matcher.best(sentence, documents, _LOOKED_AT, telling=False)
    return [one for one in found if one.score >= _LEAST and _says(one, sentence, question)][:_CITED]


def _says(passage: Passage, sentence: str, question: str) -> bool:
    told = f"{_heading(passage.item)}\n{passage.text}"
    return is_supported(sentence, told, question) and _is_about(passage.item, sentence, question)


def _heading(item: Item) -> str:
    """The first line of a page, where it is a heading."""
    line = item.text.strip().split("\n", 1)[0]
    return "" if len(line.split()) > _TITLE or line.endswith((".", "。")) else line


def _is_about(item: Item, sentence: str, question: str) -> bool:
    asked = {word.form for word in fact_words(question)}
    if not asked or any(word.form in asked for word in fact_words(sentence)):
        return True
    page = {word.form for word in fact_words(item.text)}
    return sum(same_word(form, page) for form in asked) >= _ABOUT * len(asked)
