"""MaxSim over the segments of one snapshot: whole, or through candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core.shapes import Float32, Int32, Int64
from trovato.index.search.snapshot import LiveSegment, SegmentCache
from trovato.index.vectors.ivf_codec import Codebook
from trovato.ops import CandidateScorer, border_of, maxsim

# Scanning so many tokens costs about as much as looking at cells first.
EXACT_UP_TO = 1 << 19
# Cells that each token of a question looks into; where conditions leave a share of the pages, as
# many more.
PROBES = 96
# The coarse score of pages without cells: above any other, so that they are always scored.
WITHOUT_CELLS = int(np.iinfo(np.int32).max)

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


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Pages that look best by the cells of their tokens.

    Parameters
    ----------
    rows
        Rising.
    coarse
        Their coarse scores; `WITHOUT_CELLS` where there is none.
    eligible
        How many pages were looked at.
    complete
        Whether all of them are among the rows.
    """

    rows: Rows
    coarse: Int32[np.ndarray, " found"]
    eligible: int
    complete: bool


@runtime_checkable
class PageSearch(Protocol):
    """Scores the published pages of one snapshot, wherever their vectors lie."""

    def exact(self, query: Float32[np.ndarray, "query dim"], items: Items | None) -> Scored:
        """MaxSim of all pages, or of those among `items` (ascending); rows rise."""

    def through_candidates(
        self, query: Float32[np.ndarray, "query dim"], items: Items | None, candidates: int
    ) -> Scored:
        """MaxSim of the pages that look best by the cells of their tokens; rows rise."""

    def probes(self, items: Items | None) -> int:
        """Cells that each token of a question looks into, for all pages or `items`."""

    def is_small(self, items: Items | None, candidates: int) -> bool:
        """Whether looking at cells first would save little, for all pages or `items`."""


class SegmentSearch:
    """Scores pages whose vectors lie in segments on this machine.

    Parameters
    ----------
    segments
        By rising first item.
    cache
        Maps the files.
    codebook
        Gives the centroids of a number.
    threads
        Processors to use; scores do not depend on it.
    """

    def __init__(
        self,
        segments: Sequence[LiveSegment],
        cache: SegmentCache,
        codebook: Callable[[int], Codebook],
        threads: int = 1,
    ) -> None:
        self._segments = segments
        self._cache = cache
        self._codebook = codebook
        self._threads = threads

    def exact(self, query: Float32[np.ndarray, "query dim"], items: Items | None) -> Scored:
        """MaxSim of all pages, or of those among `items` (ascending)."""
        rows, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        eligible = 0
        for held, places in self._chosen(items):
            eligible += _count(held, places)
            segment = self._cache.mapped(held.record)
            asked = self._cache.projection.move(query, segment.dim)
            found = maxsim(asked, segment.vectors, segment.offsets, places, self._threads)
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
        found = self.candidates(query, items, candidates, self.probes(items))
        scored = self.exact(query, found.rows)
        return Scored(scored.rows, scored.scores, found.eligible, exact=found.complete)

    def candidates(
        self,
        query: Float32[np.ndarray, "query dim"],
        items: Items | None,
        count: int,
        probes: int,
    ) -> Candidates:
        """The pages that look best by the cells of their tokens; see `through_candidates`."""
        looks: dict[int, CandidateScorer] = {}
        chosen = list(self._chosen(items))
        looked = []
        for held, places in chosen:
            if held.cells is not None:
                book = self._codebook(held.cells.codebook)
                cells = self._cache.cells(held.cells, held.record.items, book)
                if book.number not in looks:
                    asked = self._cache.projection.move(query, book.dim)
                    looks[book.number] = CandidateScorer(asked, book.centroids, probes)
                looked.append(looks[book.number].scores(cells, places, self._threads))
        seen = np.concatenate([np.zeros(0, np.int32), *looked])
        border = border_of(seen, count)
        rows, coarse, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], iter(looked)
        for held, places in chosen:
            if held.cells is not None:
                of_segment = next(scores)
                kept = np.flatnonzero(of_segment >= border)
                coarse.append(of_segment[kept])
                places = kept if places is None else places[kept]
            else:
                places = np.arange(held.record.items) if places is None else places
                coarse.append(np.full(len(places), WITHOUT_CELLS, np.int32))
            rows.append(held.record.first_item + places)
        eligible = sum(_count(held, places) for held, places in chosen)
        complete = bool(np.all(seen >= border))
        return Candidates(np.concatenate(rows), np.concatenate(coarse), eligible, complete)

    def probes(self, items: Items | None) -> int:
        """Cells that each token of a question looks into, for all pages or `items`."""
        chosen = sum(_count(held, places) for held, places in self._chosen(items))
        return -(-PROBES * sum(held.record.live for held in self._segments) // max(chosen, 1))

    def is_small(self, items: Items | None, candidates: int) -> bool:
        """Whether looking at cells first would save little, for all pages or `items`."""
        tokens, pages = 0, 0
        for held, places in self._chosen(items):
            pages += _count(held, places)
            if held.cells is None:
                continue
            if places is None:
                tokens += held.record.rows
            else:
                offsets = self._cache.mapped(held.record).offsets
                tokens += int((offsets[places + 1] - offsets[places]).sum())
        return tokens <= EXACT_UP_TO or 2 * candidates >= pages

    def _chosen(self, items: Items | None) -> Iterator[tuple[LiveSegment, Places | None]]:
        """Segments with vectors in which there is something to score."""
        for held in self._segments:
            places = held.chosen(items)
            if held.record.rows and (places is None or len(places)):
                yield held, places


def _count(held: LiveSegment, places: Places | None) -> int:
    return held.record.live if places is None else len(places)
