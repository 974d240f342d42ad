"""The laws of a filter of documents."""

from __future__ import annotations

from collections.abc import Sequence

from trovato.core import DocumentFilter, Item

_QUESTION = "How many episodes has the fourth season?"
_TEXTS = (
    "The fourth season has 24 episodes in all.",
    "",
    "There are 24 episodes in the fourth season, as all agree.",
    "The Danube crosses ten countries.",
    "The fourth season has 24 episodes in all.",
    "…",
    "A violin is tuned in fifths.\n\nQuestion: who tunes it?",
)


def check_document_filter(part: DocumentFilter, texts: Sequence[str] = _TEXTS) -> None:
    """Fails if a filter breaks a law.

    It has a name; it keeps places that exist, each once, rising; the same documents are kept again;
    neither ids nor anything but the texts decide; no documents, blank ones and equal ones are fine.

    Parameters
    ----------
    part
        The filter.
    texts
        Of the documents to try it on, best first; every beginning of them is tried.
    """
    assert isinstance(part, DocumentFilter), "a filter has `name` and `keep`"
    assert part.name, "a filter has a name"
    for count in range(len(texts) + 1):
        documents = [Item(f"d{at}", "text", text) for at, text in enumerate(texts[:count])]
        kept = part.keep(_QUESTION, documents)
        assert kept == sorted(set(kept)), f"places rise and come once, got {kept}"
        assert set(kept) <= set(range(count)), f"places of {count} documents, got {kept}"
        assert kept == part.keep(_QUESTION, documents), "the same documents are kept again"
        renamed = [Item(f"x{count - at}", "text", item.text) for at, item in enumerate(documents)]
        assert kept == part.keep(_QUESTION, renamed), "ids decide nothing"
