"""Filters before an answer: what looks poisoned is not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trovato.core import Answer, Answerer, CitedDocument, DocumentFilter, Item


class FilteredAnswerer:
    """Filters, one after another, and then an answerer; a `trovato.core.Answerer`.

    Parameters
    ----------
    filters
        Each sees what those before it kept.
    answerer
        Reads what is left.
    """

    def __init__(self, filters: Sequence[DocumentFilter], answerer: Answerer) -> None:
        self._filters = tuple(filters)
        self._answerer = answerer

    @property
    def name(self) -> str:
        """Names of the filters and of the answerer, joined by `+`; a plain answerer needs none."""
        names = [part.name for part in self._filters]
        if not names or self._answerer.name != "none":
            names.append(self._answerer.name)
        return "+".join(names)

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        """The answer from the documents that every filter keeps."""
        dropped: dict[int, str] = {}
        left = list(range(len(documents)))
        for part in self._filters:
            kept = [left[at] for at in part.keep(question, [documents[at] for at in left])]
            dropped |= dict.fromkeys(set(left) - set(kept), part.name)
            left = kept
        found = self._answerer.answer(question, [documents[place] for place in left])
        read = dict(zip(left, found.sources, strict=False))
        sources = tuple(
            read.get(place, CitedDocument(item.id, dropped.get(place, "")))
            for place, item in enumerate(documents)
        )
        return replace(found, guards=tuple(self.name.split("+")), sources=sources)
