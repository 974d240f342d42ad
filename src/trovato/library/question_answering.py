"""A collection that answers questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from trovato.core import (
    Answer,
    Answerer,
    Citation,
    InvalidInputError,
    Item,
    PathEvidence,
    Query,
    Ranking,
    Region,
    check_many,
)
from trovato.generate import each_alone
from trovato.library.hops import items_on_paths, multi_hop_retriever
from trovato.library.library import Library
from trovato.library.searching import AskMode
from trovato.retrieve import regions_of


class QuestionAnswerer:
    """Retrieves pages for a question and lets an answerer read them.

    `ask` does all of it; the steps stand alone for those who show each as it is done.

    Parameters
    ----------
    library
        What is asked.
    answerer
        Reads the pages that are found.
    alone
        Answers from one page, for `explained`.
    k
        Pages to retrieve, at least 1.
    mode
        How they are found; "hops" reads the items on the paths along links.
    """

    def __init__(
        self,
        library: Library,
        answerer: Answerer,
        alone: Answerer,
        *,
        k: int = 5,
        mode: AskMode = "hybrid",
    ) -> None:
        if k < 1:
            raise InvalidInputError(f"at least 1 page must be read, got {k}")
        self._library = library
        self._answerer = answerer
        self._alone = alone
        self._k = k
        self._mode: AskMode = mode

    def ask(
        self,
        question: str,
        *,
        filter: str = "",
        explain: bool = False,
        mode: AskMode | None = None,
    ) -> Answer:
        """Answer a question from the pages that are found for it.

        Parameters
        ----------
        question
            In words.
        filter
            Conditions on attributes of pages, such as `path:reports/*`.
        explain
            Also tell what each page alone would answer.
        mode
            Another way of finding than the usual one.

        Raises
        ------
        InvalidInputError
            If the question is blank, or `filter` is not understood.
        """
        ranking = self._found(question, filter, mode or self._mode)
        documents = self._read(ranking)
        answer = self.answer(question, documents)
        if explain:
            answer = self.explained(question, documents, answer)
        return replace(self.located(answer), paths=_paths(ranking))

    def documents(
        self, question: str, *, filter: str = "", mode: AskMode | None = None
    ) -> list[Item]:
        """The pages that are read for a question, best first.

        Parameters
        ----------
        question, filter
            As of `ask`.
        mode
            Another way of finding than the usual one.

        Raises
        ------
        InvalidInputError
            As `ask`.
        """
        return self._read(self._found(question, filter, mode or self._mode))

    def items(self, ids: Iterable[str]) -> list[Item]:
        """The pages of those ids that are still there, in their order.

        Raises
        ------
        InvalidInputError
            If `ids` is one text.
        """
        check_many("ids", ids)
        with self._library.collection.reader() as reader:
            return [reader.item(reader.row_of(one)) for one in ids if reader.has(one)]

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        """What is answered from some pages; citations are not yet `located`."""
        return self._answerer.answer(question, documents)

    def explained(self, question: str, documents: Sequence[Item], answer: Answer) -> Answer:
        """The answer with what each page alone would answer."""
        known = {source.id: source.alone for source in answer.sources}
        unasked = [item for item in documents if known[item.id] is None]
        said = each_alone(self._alone, question, unasked)
        told = {item.id: one.text for item, one in zip(unasked, said, strict=True)}
        return replace(
            answer,
            sources=tuple(
                replace(source, alone=told.get(source.id, source.alone))
                for source in answer.sources
            ),
        )

    def located(self, answer: Answer) -> Answer:
        """The answer with the places of the cited words on their pages.

        A page that was taken out or replaced meanwhile has none.
        """
        return replace(answer, citations=tuple(map(self._located, answer.citations)))

    def _found(self, question: str, filter: str, mode: AskMode) -> Ranking:
        if mode == "hops":
            return multi_hop_retriever(self._library).retrieve(Query(question, filter), self._k)
        # Each page is a voice of its own, also one that repeats another.
        return self._library.search(
            question, self._k, mode=mode, filter=filter, evidence=False, distinct=False
        )

    def _read(self, ranking: Ranking) -> list[Item]:
        return items_on_paths(self._library, ranking)[: self._k]

    def _located(self, citation: Citation) -> Citation:
        reader = self._library.collection.reader()
        if not reader.has(citation.item.id):
            return citation
        row = reader.row_of(citation.item.id)
        if reader.item(row).text != citation.item.text:
            return citation
        layout = reader.layout_of(row)
        regions = regions_of(citation.item.text, layout, citation.start, citation.end)
        place = citation.item.location
        if not regions and place is not None and place.box is not None:
            regions = (Region(place.box, 1.0, citation.quote),)  # a part of a page
        return replace(citation, regions=regions)


def _paths(ranking: Ranking) -> tuple[PathEvidence, ...]:
    """The walks behind a ranking, best first; both ends of one have it in common."""
    walks = [hit.evidence for hit in ranking if isinstance(hit.evidence, PathEvidence)]
    return tuple({walk.steps: walk for walk in reversed(walks)}.values())[::-1]
