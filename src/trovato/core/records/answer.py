"""An answer, what it rests on, and why it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trovato.core.records.completion import Trim
from trovato.core.records.evidence import Region
from trovato.core.records.items import Item
from trovato.core.records.path import PathEvidence


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an item that an answer rests on.

    Parameters
    ----------
    item
        The cited page or text.
    start, end
        Characters of the item's text.
    regions
        Where they stand on the page; empty for an item without a layout.
    """

    item: Item
    start: int
    end: int
    regions: tuple[Region, ...] = ()

    @property
    def quote(self) -> str:
        """The cited words."""
        return self.item.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """What became of one retrieved document.

    Parameters
    ----------
    id
        Of the item.
    dropped_by
        The guard that left it out; empty where it was read.
    alone
        What this document alone answers; None where nobody asked, empty where it has no answer.
    """

    id: str
    dropped_by: str = ""
    alone: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a question, from which documents.

    Parameters
    ----------
    text
        The answer; empty where the answerer abstains.
    citations
        Strongest first.
    method
        What made it: "extractive", or the model's fingerprint.
    guards
        Those that were used, in order.
    sources
        One for each retrieved document, best first.
    votes
        Documents behind each answer, where there was a vote.
    certified
        The vote stands against so many poisoned documents; None where nothing is certified.
    trimmed
        Documents that were cut to fit the model's window.
    paths
        The walks along links that led to the documents, best first; empty where none did.
    cut
        Whether the model came to its `max_tokens` before it ended.
    unsupported
        Sentences of the answer that no page says.
    refused
        What was said where a filter of contents, or the model itself, declined; else empty.

    Examples
    --------
    >>> Answer("Behind the map.").text
    'Behind the map.'
    """

    text: str
    citations: tuple[Citation, ...] = ()
    method: str = ""
    guards: tuple[str, ...] = ()
    sources: tuple[CitedDocument, ...] = ()
    votes: Mapping[str, int] = field(default_factory=dict)
    certified: int | None = None
    trimmed: tuple[Trim, ...] = ()
    paths: tuple[PathEvidence, ...] = ()
    cut: bool = False
    unsupported: tuple[str, ...] = ()
    refused: str = ""

    @property
    def disagreement(self) -> bool:
        """Whether there is no answer since the documents give several, and none more often."""
        return not self.text and len(self.votes) > 1
