"""The words of items that are published or withdrawn, on their way into the index."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core.shapes import Bool, Int64, UInt64
from trovato.index.store.contents import EXTERNAL_ID
from trovato.index.store.words.item_columns import ItemColumns
from trovato.index.store.words.merging import CountedTerms, invert, merge
from trovato.index.store.words.records import (
    alive_in,
    delete_word_segments,
    insert_word_segment,
    mark_dead,
    next_word_segment,
    word_segments,
)
from trovato.index.store.words.terms import TermNumbers
from trovato.index.store.words.vocabulary import listed_terms
from trovato.index.store.words.word_segment import (
    WordSegment,
    WordSegmentRecord,
    check_word_segment,
    map_word_segment,
    word_segment_name,
    write_word_segment,
)
from trovato.ops import pack_counts

# Postings of a segment that is not merged any further: 32 MB.
_WHOLE = 1 << 22
# Counts of the columns of an item lie in one number of 64 bits; no larger one is stored.
_COLUMN_BITS = 21
_COLUMN = (1 << _COLUMN_BITS) - 1
_MOST_COUNTED = 1 << 16
_PUBLISHED = (
    f"SELECT items.item, items.file, {EXTERNAL_ID}, text, context, codes "  # noqa: S608
    "FROM published JOIN items USING (item) JOIN files ON files.file = items.file"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """An item whose words wait to be written: its terms, and their counts in each column."""

    file: int
    name: str
    length: int
    terms: UInt64[np.ndarray, " terms"]
    counts: Int64[np.ndarray, " terms"]


class WordWriter:
    """Keeps the word index with the pages, in the transaction of a writer.

    FTS5's index changes at once. New terms, the postings of what is published, and what is
    withdrawn wait in memory for `write`, which is called before the commit and makes one file.

    Parameters
    ----------
    connection
        Of the transaction.
    folder
        The directory of segments.
    terms
        Tells the terms of words, and collects new ones.
    """

    def __init__(self, connection: sqlite3.Connection, folder: Path, terms: TermNumbers) -> None:
        self._connection = connection
        self._folder = folder
        self._terms = terms
        self._items: dict[int, _Waiting] = {}
        self._postings = 0
        self._gone: list[int] = []

    def __len__(self) -> int:
        return self._postings

    def add(self, file: int) -> None:
        """Take in the words of a file that was published just now."""
        found = self._connection.execute(
            f"{_PUBLISHED} WHERE items.file = ? ORDER BY items.item", [file]
        )
        for item, file, name, *columns in found:
            self._connection.execute(
                "INSERT INTO words (rowid, text, context, codes) VALUES (?, ?, ?, ?)",
                [item, *columns],
            )
            self._count(item, file, name, columns)

    def remove(self, file: int) -> None:
        """Take out the words of a published file, while its pages are as they went in."""
        connection = self._connection
        # FTS5 keeps no copy of the text: it must be told what to take out of its index.
        connection.execute(
            "INSERT INTO words (words, rowid, text, context, codes) "
            "SELECT 'delete', item, text, context, codes FROM published WHERE file = ?",
            [file],
        )
        rows = connection.execute(
            "SELECT item FROM items JOIN files USING (file) WHERE file = ? AND live", [file]
        )
        for (item,) in rows.fetchall():
            waiting = self._items.pop(item, None)
            self._postings -= 0 if waiting is None else len(waiting.terms)
            self._gone.append(item)

    def write(self) -> int:
        """Write what waits as one segment, merged with smaller ones; postings that were copied.

        So a posting is copied O(log) times (Bentley and Saxe 1980). Segments of which half is dead
        are written anew.
        """
        self._mark_gone()
        self._connection.executemany(
            "INSERT OR IGNORE INTO terms VALUES (?)", [(term,) for term in self._terms.take_new()]
        )
        records = sorted(word_segments(self._connection), key=lambda record: record.postings)
        copied = self._merge_waiting(records) if self._items else []
        for record in records:
            if record not in copied and 2 * record.dead >= record.items:
                self._store(merge([self._part(record)]), [record])
                copied.append(record)
        self._items, self._postings = {}, 0
        return sum(record.postings for record in copied)

    def compact(self) -> None:
        """Write segments anew from which something is gone, and forget terms that no item has.

        FTS5's parts are merged before, so that it lists no term of deleted items alone.
        """
        self.write()
        self.list_terms()
        for record in word_segments(self._connection):
            if record.dead:
                self._store(merge([self._part(record)]), [record])

    def rebuild(self) -> None:
        """Make all postings anew from what is published."""
        delete_word_segments(self._connection, word_segments(self._connection))
        rows = self._connection.execute(f"{_PUBLISHED} ORDER BY items.item")
        for item, file, name, *columns in rows:
            self._count(item, file, name, columns)
            if self._postings >= _WHOLE // 4:
                self.write()
        self.write()

    def list_terms(self) -> None:
        """Let the list of terms be FTS5's."""
        with listed_terms(self._connection):
            self._connection.execute(
                "DELETE FROM terms WHERE term NOT IN (SELECT term FROM listed)"
            )
            self._connection.execute("INSERT OR IGNORE INTO terms SELECT term FROM listed")
        self._terms.forget()

    def _count(self, item: int, file: int, name: str, columns: Iterable[str]) -> None:
        found = [Counter(text.split()) for text in columns]
        terms = self._terms.of(word for words in found for word in words)
        counts: defaultdict[int, int] = defaultdict(int)
        length = 0
        for column, words in enumerate(found):
            for word, times in words.items():
                for term in terms[word]:
                    counts[term] += min(times, _MOST_COUNTED) << _COLUMN_BITS * column
                    length += times
        self._items[item] = _Waiting(
            file,
            name,
            length,
            np.fromiter(counts, np.uint64, len(counts)),
            np.fromiter(counts.values(), np.int64, len(counts)),
        )
        self._postings += len(counts)

    def _waiting(self) -> CountedTerms:
        items = sorted(self._items)
        kept = [self._items[item] for item in items]
        counts = np.concatenate([one.counts for one in kept])
        columns = [counts >> _COLUMN_BITS * column & _COLUMN for column in range(3)]
        return CountedTerms(
            ItemColumns.of(items, [one.file for one in kept], [one.name for one in kept]),
            np.array([one.length for one in kept], np.uint32),
            np.repeat(np.arange(len(items), dtype=np.uint32), [len(one.terms) for one in kept]),
            np.concatenate([one.terms for one in kept]),
            pack_counts(np.stack(columns, axis=1)),
        )

    def _mark_gone(self) -> None:
        """Note in the files that hold them which items are gone, for all of a group at once."""
        gone = np.unique(np.array(self._gone, np.int64))
        for record in word_segments(self._connection) if len(gone) else []:
            if record.first_item <= gone[-1] and gone[0] <= record.last_item:
                held = self._mapped(record).columns.places_of(gone) >= 0
                mark_dead(self._connection, record, gone[held])
        self._gone = []

    def _merge_waiting(self, records: list[WordSegmentRecord]) -> list[WordSegmentRecord]:
        """Write what waits, with those of the rising records that are hardly larger."""
        merged: list[WordSegmentRecord] = []
        size = self._postings
        for record in records:
            if record.postings > 2 * size or record.postings + size > _WHOLE:
                break
            merged.append(record)
            size += record.postings
        waiting = invert(self._waiting())
        parts = [(waiting, None), *map(self._part, merged)]
        self._store(merge(parts) if merged else waiting, merged)
        return merged

    def _part(
        self, record: WordSegmentRecord
    ) -> tuple[WordSegment, Bool[np.ndarray, " documents"] | None]:
        """A segment whose content is checked, and which of its items are alive."""
        check_word_segment(self._folder / record.file_name, record)
        segment = self._mapped(record)
        return segment, alive_in(self._connection, segment, record)

    def _store(self, segment: WordSegment, replaced: list[WordSegmentRecord]) -> None:
        delete_word_segments(self._connection, replaced)
        if not len(segment.columns):
            return
        number = next_word_segment(self._connection)
        written = write_word_segment(self._folder / word_segment_name(number), segment)
        insert_word_segment(
            self._connection,
            WordSegmentRecord(
                number,
                int(segment.columns.items[0]),
                int(segment.columns.items[-1]),
                *segment.sizes,
                0,
                *written,
            ),
        )

    def _mapped(self, record: WordSegmentRecord) -> WordSegment:
        return map_word_segment(self._folder / record.file_name, record)
