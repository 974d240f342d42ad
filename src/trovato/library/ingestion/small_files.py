"""Files of one page: read one after the other, encoded together, written one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trovato.core import Attribute, Encoder, Page, TokenVectors
from trovato.data import FileToIndex

# So many are held in memory, and not longer: reading may take long where there is OCR, and what
# waits is lost where a run is killed.
_MOST = 64
_LONGEST_S = 2.0


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file with its only page.

    Parameters
    ----------
    source
        Where it is.
    content
        Its hash.
    kind, attributes
        Of the document.
    page
        The page.
    """

    source: FileToIndex
    content: str
    kind: str
    attributes: Mapping[str, Attribute]
    page: Page


class SmallFiles:
    """Files that wait for each other, so that an encoder with several threads has work for all."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._waiting: list[ReadFile] = []
        self._since = 0.0

    @property
    def full(self) -> bool:
        """Whether as many wait as may, or as long."""
        late = time.monotonic() - self._since >= _LONGEST_S
        return bool(self._waiting) and (late or len(self._waiting) >= _MOST)

    def add(self, file: ReadFile) -> None:
        """Let a file wait."""
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(file)

    def encoded(self) -> Iterator[tuple[ReadFile, TokenVectors]]:
        """All that wait, in order, with their vectors; then none does."""
        files, self._waiting = self._waiting, []
        vectors = self._encoder.encode([file.page.text for file in files])
        yield from zip(files, vectors, strict=True)
