"""A collection that answers questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice

from trovato.core import (
    Answer,
    Answerer,
    Citation,
    Decoding,
    InvalidInputError,
    Item,
    LanguageModel,
    Source,
)
from trovato.generate import Matcher, each_alone, guarded_answerer
from trovato.retrieve import regions_of
from trovato.systems.find_page import Library, Mode


class AskedLibrary:
    """Retrieves pages for a question and lets an answerer read them.

    Parameters
    ----------
    library
        What is asked.
    answerer
        Reads the pages that are found.
    alone
        Answers from one page, for `explain`.
    k
        Pages to retrieve, at least 1.
    mode
        How they are found.
    """

    def __init__(
        self,
        library: Library,
        answerer: Answerer,
        alone: Answerer,
        *,
        k: int = 5,
        mode: Mode = "hybrid",
    ) -> None:
        if k < 1:
            raise InvalidInputError(f"at least 1 page must be read, got {k}")
        self._library = library
        self._answerer = answerer
        self._alone = alone
        self._k = k
        self._mode: Mode = mode

    def ask(self, question: str, *, where: str = "", explain: bool = False) -> Answer:
        """Answer a question from the pages that are found for it.

        Parameters
        ----------
        question
            In words.
        where
            Conditions on attributes of pages, such as `path:reports/*`.
        explain
            Also tell what each page alone would answer.

        Raises
        ------
        InvalidInputError
            If the question is blank, or `where` is not understood.
        """
        ranking = self._library.search(question, self._k, mode=self._mode, where=where)
        documents = [hit.item for hit in ranking]
        answer = self._answerer.answer(question, documents)
        if explain:
            answer = replace(answer, sources=self._explained(question, documents, answer))
        return replace(answer, citations=tuple(map(self._located, answer.citations)))

    def _explained(
        self, question: str, documents: list[Item], answer: Answer
    ) -> tuple[Source, ...]:
        known = {source.id: source.alone for source in answer.sources}
        unasked = [item for item in documents if known[item.id] is None]
        said = each_alone(self._alone, question, unasked)
        told = {item.id: one.text for item, one in zip(unasked, said, strict=True)}
        return tuple(
            replace(source, alone=told.get(source.id, source.alone)) for source in answer.sources
        )

    def _located(self, citation: Citation) -> Citation:
        """With the place of its words on the page."""
        reader = self._library.collection.reader()
        layout = reader.layout_of(reader.row_of(citation.item.id))
        regions = regions_of(citation.item.text, layout, citation.start, citation.end)
        return replace(citation, regions=regions)


def sample_texts(library: Library, count: int = 50) -> list[str]:
    """Texts of so many pages, evenly spaced over the collection; blank ones are left out."""
    reader = library.collection.reader()
    step = max(library.info().pages // count, 1)
    texts = [reader.item(row).text for row in islice(reader.rows(), 0, step * count, step)]
    return [text for text in texts if text.strip()]


def build(
    library: Library,
    model: LanguageModel | None = None,
    *,
    guard: str = "none",
    k: int = 5,
    mode: Mode = "hybrid",
    decoding: Decoding = Decoding(),
    listener: Callable[[str], None] | None = None,
) -> AskedLibrary:
    """A library that answers, with a guard against poisoned pages.

    Parameters
    ----------
    library
        What is asked.
    model
        What writes answers; None for the sentence that meets the question best.
    guard
        Such as `sdag` or `ragdefender+vote`; see `trovato.generate.guarded_answerer`.
    k, mode
        How many pages are read, and how they are found.
    decoding
        How the model chooses words.
    listener
        Told each piece of an answer as it is written.

    Raises
    ------
    InvalidInputError
        If the guard is unknown, or needs what the model cannot do.
    """
    matcher = Matcher(library.encoder)
    return AskedLibrary(
        library,
        guarded_answerer(
            guard,
            matcher,
            model,
            decoding=decoding,
            clean=partial(sample_texts, library),
            listener=listener,
        ),
        guarded_answerer("none", matcher, model, decoding=decoding),
        k=k,
        mode=mode,
    )
