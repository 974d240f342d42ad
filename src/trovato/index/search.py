"""MaxSim over the segments of one snapshot: whole, or through candidates."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int64, UInt8

from trovato.index.snapshot import LiveSegment, SegmentCache
from trovato.ops import border_of, cell_table, coarse_maxsim, maxsim

# Scanning so many tokens costs about as much as looking at cells first.
EXACT_UP_TO = 1 << 19

Rows = Int64[np.ndarray, " found"]
Items = Int64[np.ndarray, " items"]
Places = Int64[np.ndarray, " places"]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Exact scores of some pages.

    Parameters
    ----------
    rows, scores
        Pages with vectors, and their MaxSim.
    eligible
        How many pages could have been scored: those that meet the conditions.
    exact
        Whether all of them were.
    """

    rows: Rows
    scores: Float32[np.ndarray, " found"]
    eligible: int
    exact: bool


class SegmentSearch:
    """Scores the published pages of one snapshot.

    Parameters
    ----------
    connection
        It sees the snapshot.
    cache
        Maps the files.
    threads
        Processors to use; scores do not depend on it.
    """

    def __init__(
        self, connection: sqlite3.Connection, cache: SegmentCache, threads: int = 1
    ) -> None:
        self._connection = connection
        self._cache = cache
        self._threads = threads
        self._segments = cache.live(connection)

    def exact(self, query: Float32[np.ndarray, "query dim"], items: Items | None) -> Scored:
        """MaxSim of all pages, or of those among `items` (ascending)."""
        rows, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        eligible = 0
        for held, places in self._chosen(items):
            eligible += _count(held, places)
            segment = self._cache.mapped(held.record)
            found = maxsim(query, segment.vectors, segment.offsets, places, self._threads)
            kept = np.flatnonzero(found > -np.inf)
            rows.append(held.record.first_item + (kept if places is None else places[kept]))
            scores.append(found[kept])
        return Scored(np.concatenate(rows), np.concatenate(scores), eligible, exact=True)

    def through_candidates(
        self,
        query: Float32[np.ndarray, "query dim"],
        items: Items | None,
        candidates: int,
    ) -> Scored:
        """MaxSim of the pages that look best by the cells of their tokens.

        Parameters
        ----------
        query
            `(query, dim)`.
        items
            Pages to choose from, ascending; all by default. They are chosen before cells are
            looked at, so what comes back is never short.
        candidates
            Pages to score among those whose cells are known, ties at the border included. Pages
            of segments without cells are all scored.
        """
        tables: dict[int, UInt8[np.ndarray, "columns cells 32"]] = {}
        chosen = list(self._chosen(items))
        looked = []
        for held, places in chosen:
            if held.cells is not None:
                book = self._cache.codebook(self._connection, held.cells.codebook)
                lists = self._cache.cells(held.cells, held.record.items, book)
                if book.number not in tables:
                    tables[book.number] = cell_table(query, book.centroids)[0]
                looked.append(coarse_maxsim(tables[book.number], lists, places, self._threads))
        border = border_of(np.concatenate([np.zeros(0, np.int32), *looked]), candidates)
        best, coarse = [np.zeros(0, np.int64)], iter(looked)
        for held, places in chosen:
            if held.cells is not None:
                kept = np.flatnonzero(next(coarse) >= border)
                places = kept if places is None else places[kept]
            elif places is None:
                places = np.arange(held.record.items)
            best.append(held.record.first_item + places)
        scored = self.exact(query, np.concatenate(best))
        eligible = sum(_count(held, places) for held, places in chosen)
        return Scored(scored.rows, scored.scores, eligible, exact=scored.eligible == eligible)

    def is_small(self, items: Items | None) -> bool:
        """Whether looking at cells first would save nothing, for all pages or `items`."""
        total = 0
        for held, places in self._chosen(items):
            if held.cells is None:
                continue
            if places is None:
                total += held.record.rows
            else:
                offsets = self._cache.mapped(held.record).offsets
                total += int((offsets[places + 1] - offsets[places]).sum())
        return total <= EXACT_UP_TO

    def _chosen(self, items: Items | None) -> Iterator[tuple[LiveSegment, Places | None]]:
        """Segments with vectors in which there is something to score."""
        for held in self._segments:
            places = held.chosen(items)
            if held.record.rows and (places is None or len(places)):
                yield held, places


def _count(held: LiveSegment, places: Places | None) -> int:
    return held.record.items if places is None else len(places)
