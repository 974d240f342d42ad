"""Words as the terms that FTS5 makes of them, each known by a number."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from trovato.index.store.table_definitions import TOKENIZER

# Words that are remembered at once; of a million pages, most are numbers that come once.
_MOST = 1 << 18


class TermNumbers:
    """The terms of words, as 64 bits of their BLAKE2b (RFC 7693).

    FTS5 stems and may cut further, so it is asked, once for each word. Two of a million terms have
    the same number with a probability of 3e-8; they would be found for each other.

    Parameters
    ----------
    collect
        Keep the terms of words that were unknown, for `take_new`.
    """

    def __init__(self, *, collect: bool = False) -> None:
        self._new: set[str] | None = set() if collect else None
        self._known: dict[str, tuple[int, ...]] = {}
        # A reader's threads take turns.
        self._memory = sqlite3.connect(":memory:", check_same_thread=False)
        self._memory.execute(
            f"CREATE VIRTUAL TABLE asked USING fts5(word, content='', tokenize={TOKENIZER})"
        )
        self._memory.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(asked, instance)")

    def of(self, words: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
        """Numbers of the terms of each word, in their order; mostly one."""
        wanted = dict.fromkeys(words)
        unknown = [word for word in wanted if word not in self._known]
        if unknown:
            if len(self._known) + len(unknown) > _MOST:
                self._known = {word: self._known[word] for word in wanted if word in self._known}
            self._known |= self._ask(unknown)
        return self._known

    def take_new(self) -> list[str]:
        """The terms of words that were asked for the first time since the last call."""
        if not self._new:
            return []
        found = sorted(self._new)
        self._new.clear()
        return found

    def forget(self) -> None:
        """Know no word any more, so that all are new."""
        self._known = {}

    def _ask(self, words: list[str]) -> dict[str, tuple[int, ...]]:
        self._memory.executemany("INSERT INTO asked (rowid, word) VALUES (?, ?)", enumerate(words))
        terms: list[list[int]] = [[] for _ in words]
        for place, term in self._memory.execute("SELECT doc, term FROM terms ORDER BY doc, offset"):
            terms[place].append(_number(term))
            if self._new is not None:
                self._new.add(term)
        self._memory.execute("INSERT INTO asked (asked) VALUES ('delete-all')")
        return {word: tuple(found) for word, found in zip(words, terms, strict=True)}


def _number(term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")
