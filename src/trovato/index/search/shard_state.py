"""A collection's segments, assigned to shards, and their answers merged into one."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from trovato.core.shapes import Float32
from trovato.index.search.snapshot import Codecs, LiveSegment, SegmentCache
from trovato.index.search.vector_search import (
    WITHOUT_CELLS,
    Candidates,
    Items,
    PageSearch,
    Scored,
    SegmentSearch,
    scored_for,
)
from trovato.index.vectors.ivf_codec import Codebook
from trovato.index.vectors.projection import Projection
from trovato.ops import border_of

Method = Literal["exact", "candidates"]  # of `Shard`
StateKey = tuple[int, int]  # number of a vector field, and of a state of the collection
# Has every shard run a method with these arguments, after the first two, and gives all answers.
AskAll = Callable[[Method, Sequence[Any]], list[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class ShardState:
    """What a shard has to know of one state of the collection.

    Parameters
    ----------
    field, dim
        Number of the vector field, and components of its vectors.
    generation
        Number of the state.
    segments
        Those of this shard, by rising first item.
    codebooks
        The centroids that their cells belong to, by number.
    codecs
        What their residual codes mean.
    projection
        Where their vectors have fewer dimensions than the question.
    """

    field: int
    dim: int
    generation: int
    segments: list[LiveSegment]
    codebooks: dict[int, Codebook]
    codecs: Codecs
    projection: Projection


def assign_segments(segments: Sequence[LiveSegment], shards: int) -> list[list[LiveSegment]]:
    """Give each segment to the shard with the fewest tokens so far, large segments first.

    Graham 1969: no shard then holds more than 4/3 of what the best division would give it.
    """
    hands: list[list[LiveSegment]] = [[] for _ in range(shards)]
    loads = [(0, shard) for shard in range(shards)]
    for held in sorted(segments, key=lambda held: (-held.record.rows, held.record.first_item)):
        load, shard = heapq.heappop(loads)
        hands[shard].append(held)
        heapq.heappush(loads, (load + held.record.rows, shard))
    return [sorted(hand, key=lambda held: held.record.first_item) for hand in hands]


class Shard:
    """Scores the pages of some of a collection's segments, from their files alone.

    Parameters
    ----------
    folder
        The directory of segments.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # By field; the last state that was asked about.
        self._held: dict[int, tuple[ShardState, SegmentCache]] = {}

    def exact(
        self,
        state: StateKey,
        part: Callable[[], ShardState],
        query: Float32[np.ndarray, "query dim"],
        items: Items | None,
        threads: int,
    ) -> Scored:
        """MaxSim of all pages of this shard, or of those among `items`."""
        return self._search(state, part, threads).exact(query, items)

    def candidates(
        self,
        state: StateKey,
        part: Callable[[], ShardState],
        query: Float32[np.ndarray, "query dim"],
        items: Items | None,
        count: int,
        probes: int,
        refine: bool,
        threads: int,
    ) -> tuple[Candidates, Scored]:
        """The pages of this shard that look best, and their MaxSim."""
        search = self._search(state, part, threads)
        found = search.candidates(query, items, count, probes, refine=refine)
        return found, search.exact(query, found.rows)

    def _search(
        self, state: StateKey, part: Callable[[], ShardState], threads: int
    ) -> SegmentSearch:
        field, generation = state
        known = self._held.get(field)
        if known is None or known[0].generation != generation:
            told = part()
            cache = SegmentCache(
                self._folder, told.dim, field, codecs=told.codecs, projection=told.projection
            )
            known = self._held[field] = told, cache
        told, cache = known
        return SegmentSearch(told.segments, cache, told.codebooks.__getitem__, threads)


class ShardedSearch:
    """Scores the pages of one snapshot by asking all shards: what one machine would answer.

    Parameters
    ----------
    whole
        The same pages on this machine; it touches no vectors.
    ask
        Reaches the shards.
    threads
        Processors that each shard may use.
    """

    def __init__(self, whole: PageSearch, ask: AskAll, threads: int) -> None:
        self._whole = whole
        self._ask = ask
        self._threads = threads

    def exact(self, query: Float32[np.ndarray, "query dim"], items: Items | None) -> Scored:
        """MaxSim of all pages, or of those among `items` (ascending); rows rise."""
        answers: list[Scored] = self._ask("exact", (query, items, self._threads))
        return _merged(answers, sum(answer.eligible for answer in answers), exact=True)

    def through_candidates(
        self,
        query: Float32[np.ndarray, "query dim"],
        items: Items | None,
        candidates: int,
        k: int,
        *,
        refine: bool,
    ) -> Scored:
        """MaxSim of the pages that look best by the cells of their tokens; rows rise.

        Each shard scores its own best, so that one round is enough: the best of all are among
        them. What is below the border of all is left out, as one machine would.
        """
        refine = refine and self.can_refine(items, candidates, k)
        answers: list[tuple[Candidates, Scored]] = self._ask(
            "candidates", (query, items, candidates, self.probes(items), refine, self._threads)
        )
        coarse = np.concatenate([found.coarse for found, _ in answers])
        border = border_of(coarse[coarse != WITHOUT_CELLS], candidates)
        near = coarse >= border
        rows = np.concatenate([found.rows for found, _ in answers])[near]
        refined = [found.refined for found, _ in answers if found.refined is not None]
        complete = bool(np.all(near)) and all(found.complete for found, _ in answers)
        eligible = sum(found.eligible for found, _ in answers)
        whole = Candidates(
            rows,
            coarse[near],
            eligible,
            complete,
            np.concatenate(refined)[near] if refined else None,
        )
        best = whole.best(scored_for(k))
        scored = []
        for _, answer in answers:
            among = np.isin(answer.rows, best, assume_unique=True)
            scored.append(Scored(answer.rows[among], answer.scores[among], 0, exact=True))
        return _merged(scored, eligible, exact=complete and len(best) == len(rows))

    def probes(self, items: Items | None) -> int:
        """Cells that each token of a question looks into, for all pages or `items`."""
        return self._whole.probes(items)

    def can_refine(self, items: Items | None, candidates: int, k: int) -> bool:
        """Whether there are more candidates than are scored where they are looked at again."""
        return self._whole.can_refine(items, candidates, k)

    def is_small(self, items: Items | None, candidates: int) -> bool:
        """Whether looking at cells first would save little, for all pages or `items`."""
        return self._whole.is_small(items, candidates)


def _merged(answers: Sequence[Scored], eligible: int, *, exact: bool) -> Scored:
    rows = np.concatenate([answer.rows for answer in answers])
    scores = np.concatenate([answer.scores for answer in answers])
    order = np.argsort(rows)
    return Scored(rows[order], scores[order], eligible, exact)
