"""What an indexing run did, and how far it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; sent after every page, and while the collection is put in order.

    Parameters
    ----------
    file
        Name of the file being read, or id of the text; or what is done at the end, such as "making
        centroids".
    pages
        Pages handled so far in this run.
    done, total
        Bytes of the files handled so far, the current one in proportion, and of all files; or
        numbers of texts; or how much of that other work is done, and how much there is. The total
        is 0 where nobody knows it.
    """

    file: str
    pages: int
    done: int
    total: int


IngestCallback = Callable[[Progress], None]


@dataclass(slots=True)
class IngestReport:
    """The sum of one indexing run.

    Parameters
    ----------
    added, replaced, unchanged, removed
        Names of files that are new, changed, as before, or taken out.
    moved
        Old and new name of each file that was found elsewhere with the same content; its pages and
        vectors were kept.
    vanished
        Names of files of the collection that are not at their place any more, and nowhere else;
        `prune` takes them out.
    failures
        Name of each file, or `name#page`, that could not be read, and the reason.
    ignored
        Number of files whose type is not supported.
    ignored_types
        How many of those have each suffix; "" is none.
    pages, ocr_pages, tokens, bytes
        Pages and token vectors written, pages read by OCR, and bytes of the files read.
    seconds
        Wall time.
    not_english
        Pages in another language than English, where the encoder reads English only.
    """

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    ignored: int = 0
    pages: int = 0
    ocr_pages: int = 0
    tokens: int = 0
    bytes: int = 0
    seconds: float = 0.0
    not_english: int = 0
    ignored_types: dict[str, int] = field(default_factory=dict)
    moved: list[tuple[str, str]] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)

    def __add__(self, other: IngestReport) -> IngestReport:
        """The sum of two runs."""
        names = [one.name for one in fields(self) if one.name != "ignored_types"]
        total = IngestReport(**{name: getattr(self, name) + getattr(other, name) for name in names})
        total.ignored_types = dict(Counter(self.ignored_types) + Counter(other.ignored_types))
        return total
