"""MaxSim over the segments of one snapshot: whole, or through candidates."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core.shapes import Float32, Int32, Int64
from trovato.index.search.snapshot import LiveSegment, SegmentCache
from trovato.index.vectors.ivf_codec import Codebook
from trovato.ops import CandidateScorer, Int8Vectors, border_of, maxsim, probed_tokens_maxsim

# Scanning so many tokens costs about as much as looking at cells first.
EXACT_UP_TO = 1 << 19
# Cells that each token of a question looks into; where conditions leave a share of the pages, as
# many more.
PROBES = 96
# The coarse score of pages without cells: above any other, so that they are always scored.
WITHOUT_CELLS = int(np.iinfo(np.int32).max)
# Of the candidates whose tokens in probed cells meet the question best, so many get their exact
# score: at least this number, and a quarter more than there are hits.
FEWEST_SCORED = 50
# A segment of which less than one page in so many is scored is not read from end to end, where all
# of them are larger than this share of the memory. Smaller ones are soon in memory as a whole.
_SCATTERED, _OF_MEMORY = 8, 0.25

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
    refined
        Their scores by the tokens in probed cells; infinite where these are not known. None where
        nobody asked.
    """

    rows: Rows
    coarse: Int32[np.ndarray, " found"]
    eligible: int
    complete: bool
    refined: Float32[np.ndarray, " found"] | None = None

    def best(self, count: int) -> Rows:
        """The rows that look best, ties at the border included; all where nothing was refined."""
        if self.refined is None or len(self.rows) <= count:
            return self.rows
        border = np.partition(self.refined, -count)[-count]
        return np.asarray(self.rows[self.refined >= border])


@runtime_checkable
class PageSearch(Protocol):
    """Scores the published pages of one snapshot, wherever their vectors lie."""

    def exact(self, query: Float32[np.ndarray, "query dim"], items: Items | None) -> Scored:
        """MaxSim of all pages, or of those among `items` (ascending); rows rise."""

    def through_candidates(
        self,
        query: Float32[np.ndarray, "query dim"],
        items: Items | None,
        candidates: int,
        k: int,
        *,
        refine: bool,
    ) -> Scored:
        """MaxSim of the pages that look best by the cells of their tokens; rows rise."""

    def probes(self, items: Items | None) -> int:
        """Cells that each token of a question looks into, for all pages or `items`."""

    def can_refine(self, items: Items | None, candidates: int, k: int) -> bool:
        """Whether there are more candidates than are scored where they are looked at again."""

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
        size = sum(held.record.bytes for held in segments)
        self._is_large = size > _OF_MEMORY * _memory()

    def exact(self, query: Float32[np.ndarray, "query dim"], items: Items | None) -> Scored:
        """MaxSim of all pages, or of those among `items` (ascending)."""
        rows, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        eligible = 0
        for held, places in self._chosen(items):
            eligible += _count(held, places)
            segment = self._cache.mapped(held.record)
            asked = self._cache.projection.move(query, segment.dim)
            few = places is not None and _SCATTERED * len(places) < held.record.items
            segment.expect(scattered=few and self._is_large)
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
        k: int,
        *,
        refine: bool,
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
            Pages to look at among those whose cells are known, ties at the border included. Pages
            of segments without cells are all scored.
        k
            Hits that are wanted.
        refine
            Where candidates are many more than hits, but not all pages, look at them again, by
            those of their tokens that lie in probed cells, and score the best.
        """
        refine = refine and self.can_refine(items, candidates, k)
        found = self.candidates(query, items, candidates, self.probes(items), refine=refine)
        rows = found.best(scored_for(k))
        scored = self.exact(query, rows)
        complete = found.complete and len(rows) == len(found.rows)
        return Scored(scored.rows, scored.scores, found.eligible, exact=complete)

    def candidates(
        self,
        query: Float32[np.ndarray, "query dim"],
        items: Items | None,
        count: int,
        probes: int,
        *,
        refine: bool = False,
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
                looked.append(looks[book.number].scores(cells.lists, places, self._threads))
        seen = np.concatenate([np.zeros(0, np.int32), *looked])
        border = border_of(seen, count)
        rows, coarse, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], iter(looked)
        refined = [np.zeros(0, np.float32)]
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
            if refine:
                refined.append(self._refined(query, held, places, looks))
        eligible = sum(_count(held, places) for held, places in chosen)
        return Candidates(
            np.concatenate(rows),
            np.concatenate(coarse),
            eligible,
            bool(np.all(seen >= border)),
            np.concatenate(refined) if refine else None,
        )

    def _refined(
        self,
        query: Float32[np.ndarray, "query dim"],
        held: LiveSegment,
        places: Places,
        looks: dict[int, CandidateScorer],
    ) -> Float32[np.ndarray, " places"]:
        """Scores of some pages by their tokens in probed cells; infinite where none are known."""
        if held.cells is not None:
            book, segment = self._codebook(held.cells.codebook), self._cache.mapped(held.record)
            tokens = self._cache.cells(held.cells, held.record.items, book).tokens
            if tokens is not None and isinstance(segment.vectors, Int8Vectors):
                look = looks[book.number]
                segment.expect(scattered=self._is_large)
                return probed_tokens_maxsim(
                    self._cache.projection.move(query, segment.dim),
                    look.probes,
                    look.step,
                    segment.vectors,
                    tokens,
                    segment.offsets,
                    places,
                    self._threads,
                )
        return np.full(len(places), np.inf, np.float32)

    def can_refine(self, items: Items | None, candidates: int, k: int) -> bool:
        """Whether there are more candidates than are scored where they are looked at again."""
        pages = sum(_count(held, places) for held, places in self._chosen(items))
        return scored_for(k) < candidates < pages

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


@cache
def _memory() -> float:
    """Bytes of memory of this machine; endless where the system does not say."""
    known = getattr(os, "sysconf_names", {})
    if "SC_PHYS_PAGES" not in known or "SC_PAGE_SIZE" not in known:
        return math.inf
    return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def scored_for(k: int) -> int:
    """How many candidates get their exact score, where `k` hits are wanted."""
    return max(k + k // 4, FEWEST_SCORED)


def _count(held: LiveSegment, places: Places | None) -> int:
    return held.record.live if places is None else len(places)
