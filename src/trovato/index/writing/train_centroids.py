"""Making the centroids of a collection, and the cells of its segments."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, generator, no_progress
from trovato.core.shapes import Float32, Int64, UInt16
from trovato.index.search.snapshot import LiveSegment, SegmentCache
from trovato.index.search.vector_search import EXACT_UP_TO, SegmentSearch
from trovato.index.store.fields import StoredField
from trovato.index.store.segments import has_vectors
from trovato.index.vectors.inverted_lists import cells_name, write_cells
from trovato.index.vectors.ivf_codec import (
    CANDIDATES,
    GOAL,
    Codebook,
    OperatingPoint,
    SearchProfile,
    drop_codebooks,
    insert_codebook,
    insert_codec,
    newest_card,
    set_newest_card,
)
from trovato.index.vectors.projection import Projection
from trovato.index.vectors.segment_file import Segment, SegmentRecord
from trovato.ops import (
    CellLists,
    CentroidGroups,
    Int8Vectors,
    ResidualCodec,
    nearest_in_groups,
    spherical_kmeans,
)

FEWEST_CELLS, MOST_CELLS_MADE = 256, 1 << 14
# Vectors that centroids are made from, at most; and their components, of a byte each.
SAMPLE, SAMPLE_COMPONENTS = 1 << 18, 1 << 28
HELD = 1 << 22  # components of the vectors that the levels of a codec are chosen by
_BLOCK = 1 << 25  # components of the vectors whose cells are looked up together
_QUESTIONS, _QUESTION_TOKENS, _DEPTH = 40, 32, 10


def cells_for(tokens: int) -> int:
    """How many cells suit so many vectors: about eight times the root, a power of two.

    Half of PLAID's rule (Santhanam et al. 2022). More cells tell pages apart better, so that fewer
    candidates do, but cost more when pages are added. Bounded, so that no build outgrows its
    memory.
    """
    wanted = 1 << round(math.log2(8 * math.sqrt(max(tokens, 1))))
    return min(max(wanted, FEWEST_CELLS), MOST_CELLS_MADE)


def centring_due(connection: sqlite3.Connection, field: StoredField) -> bool:
    """Whether a field has outgrown a plain scan, or the centroids that it has."""
    live, known = connection.execute(
        "SELECT (SELECT ifnull(sum(rows), 0) FROM segments WHERE field = ?1 AND live > 0), "
        "(SELECT ifnull(max(cells), 0) FROM codebooks WHERE field = ?1)",
        [field.number],
    ).fetchone()
    return bool(live > EXACT_UP_TO and cells_for(live) > 2 * known)


def train_centroids(
    connection: sqlite3.Connection,
    folder: Path,
    field: StoredField,
    seed: int = 0,
    threads: int = 1,
    progress: ProgressCallback = no_progress,
) -> SearchProfile | None:
    """Make centroids from what is published, and the cells of all segments; measure them.

    Within the caller's transaction. Memory: at most `SAMPLE` vectors and as many 64-bit cells at
    once, and `SAMPLE_COMPONENTS` bytes, whatever the size of the collection.

    Parameters
    ----------
    connection
        A writer's, in a transaction.
    folder
        The directory of segments.
    field
        Whose vectors.
    seed
        Of the sample and the start.
    threads
        Processors to use; the result does not depend on it.
    progress
        Told how far it has come.

    Returns
    -------
    SearchProfile
        What was measured; None where no published page has vectors.
    """
    if make_centroids(connection, folder, field, seed, threads, progress) is None:
        return None
    card = measure(connection, folder, field, seed, progress)  # while the one before is still known
    drop_codebooks(connection)
    return card


def make_centroids(
    connection: sqlite3.Connection,
    folder: Path,
    field: StoredField,
    seed: int,
    threads: int,
    progress: ProgressCallback,
) -> Codebook | None:
    """Make centroids where new vectors will lie, and cells and a codec under them."""
    if not has_vectors(connection, field.number):
        return None
    cache = SegmentCache(folder, field.dim, field.number)
    segments = [held for held in cache.live(connection) if held.record.rows]
    total = sum(held.record.rows for held in segments)
    vector_format = field.vector_format
    progress("making centroids", 0, 1)
    width = vector_format.width(field.dim)
    count = min(total, SAMPLE, SAMPLE_COMPONENTS // width)
    sample = draw_vectors(segments, cache, count, width, "sample for centroids", seed)
    centroids = spherical_kmeans(
        sample,
        min(cells_for(total), len(sample)),
        seed=seed,
        threads=threads,
        assign=nearest_in_groups,
    )
    book = insert_codebook(connection, field.number, centroids)
    progress("making centroids", 1, 1)
    done, groups = 0, CentroidGroups(centroids)
    for held in segments:
        segment = cache.mapped(held.record)
        lists, tokens = cells_of_segment(segment, groups, cache.projection, threads)
        store_cells(connection, folder, held.record, book, lists, tokens)
        done += held.record.rows
        progress("looking up cells", done, total)
    if vector_format.bits:
        codec = fit_codec(connection, folder, field, book, vector_format.bits, threads)
        insert_codec(connection, book.number, codec)
    return book


def store_cells(
    connection: sqlite3.Connection,
    folder: Path,
    record: SegmentRecord,
    book: Codebook,
    lists: CellLists,
    tokens: Int64[np.ndarray, " rows"] | UInt16[np.ndarray, " rows"] | None,
) -> None:
    """Write the cells of a segment, and name the file in place of an earlier one.

    The cell of each vector is kept where searches use it: `SegmentSearch` looks so at int8 alone.
    """
    kept = None
    if tokens is not None and record.vector_format.codec == "int8":
        kept = tokens.astype(np.uint16, copy=False)
    written = write_cells(folder / cells_name(record.number, book.number), lists, kept)
    connection.execute(
        "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?)",
        [record.number, book.number, *written],
    )


def fit_codec(
    connection: sqlite3.Connection,
    folder: Path,
    field: StoredField,
    book: Codebook,
    bits: int,
    threads: int,
    seed: int = 0,
) -> ResidualCodec:
    """Choose the levels of a residual codec by vectors that are drawn from what is published."""
    sample = sample_vectors(connection, folder, field, book.dim, f"sample for {bits} bits", seed)
    return ResidualCodec.fit(book.centroids, sample, bits, threads=threads)


def sample_vectors(
    connection: sqlite3.Connection,
    folder: Path,
    field: StoredField,
    dims: int,
    purpose: str,
    seed: int = 0,
) -> Int8Vectors:
    """Published vectors in so many dimensions: four million components, or all there are.

    Raises
    ------
    InvalidInputError
        If none is published.
    """
    if not has_vectors(connection, field.number):
        raise InvalidInputError(
            "codes and projections are fitted to what is published: index some pages first"
        )
    cache = SegmentCache(folder, field.dim, field.number)
    segments = [held for held in cache.live(connection) if held.record.rows]
    total = sum(held.record.rows for held in segments)
    return draw_vectors(segments, cache, min(total, HELD // dims), dims, purpose, seed)


def cells_of_segment(
    segment: Segment, groups: CentroidGroups, projection: Projection, threads: int
) -> tuple[CellLists, UInt16[np.ndarray, " rows"]]:
    """The cells of a segment's items and of its vectors, wherever the centroids lie."""
    segment.expect(scattered=False)
    dim = groups.centroids.codes.shape[1]

    def block(first: int, last: int) -> Int8Vectors:
        return projection.move_units(segment.block(first, last), dim)

    return cells_of(block, segment.offsets, groups, threads)


def cells_of(
    block: Callable[[int, int], Int8Vectors],
    offsets: Int64[np.ndarray, " items_plus_1"],
    groups: CentroidGroups,
    threads: int,
) -> tuple[CellLists, UInt16[np.ndarray, " rows"]]:
    """The cells of each item's tokens, looked up for a block of items at a time.

    Parameters
    ----------
    block
        Gives the vectors of some rows: the first, and the one after the last.
    offsets
        Item `i` owns the rows `offsets[i]:offsets[i+1]`.
    groups
        Of centroids in the dimensions of those vectors.
    threads
        Processors to use; the result does not depend on it.

    Returns
    -------
    The cells of each item, each once, and the cell of each token.
    """
    every = [np.zeros(0, np.uint16)]
    cells, starts = [np.zeros(0, np.uint16)], [np.zeros(1, np.int64)]
    count = len(groups.centroids)
    first, most = 0, _BLOCK // groups.centroids.codes.shape[1]
    while first < len(offsets) - 1:
        reach = int(np.searchsorted(offsets, offsets[first] + most, "right")) - 1
        last = max(reach, first + 1)
        own = offsets[first : last + 1] - offsets[first]
        vectors = block(int(offsets[first]), int(offsets[last]))
        every.append(groups.nearest(vectors, threads)[0].astype(np.uint16))
        part = CellLists.of(every[-1], own, count)
        cells.append(part.cells)
        starts.append(part.offsets[1:] + starts[-1][-1])
        first = last
    lists = CellLists(np.concatenate(cells), np.concatenate(starts), count)
    return lists, np.concatenate(every)


def draw_vectors(
    segments: Sequence[LiveSegment],
    cache: SegmentCache,
    count: int,
    dims: int,
    purpose: str,
    seed: int,
) -> Int8Vectors:
    """So many vectors in so many dimensions, drawn evenly from all segments."""
    total = sum(held.record.rows for held in segments)
    random = generator(seed, purpose)
    rows = np.sort(random.choice(total, count, replace=False, shuffle=False))
    parts, start = [], 0
    for held in segments:
        first, last = np.searchsorted(rows, [start, start + held.record.rows])
        within = rows[first:last] - start
        taken = cache.mapped(held.record).take(within)
        parts.append(cache.projection.move_units(taken, dims))
        start += held.record.rows
    return Int8Vectors.stack(parts)


def measure(
    connection: sqlite3.Connection,
    folder: Path,
    field: StoredField,
    seed: int = 0,
    progress: ProgressCallback = no_progress,
) -> SearchProfile:
    """Ask runs of tokens of random pages, exactly and through ever more candidates; keep the card.

    Parameters
    ----------
    connection
        A writer's, in a transaction; there are centroids, and published vectors.
    folder, field
        The directory of segments, and whose vectors.
    seed
        Of the questions.
    progress
        Told how far it has come.
    """
    cache = SegmentCache(folder, field.dim, field.number)
    live = cache.live(connection)
    search = SegmentSearch(live, cache, partial(cache.codebook, connection))
    segments = [held for held in live if held.record.rows]
    asked = draw_questions(segments, cache, seed)
    truths, clock = [], []
    for own, query in asked:
        start = time.process_time()
        scored = search.exact(query, None)
        clock.append(time.process_time() - start)
        truths.append(best_ten(scored.rows, scored.scores, own))
    steps = 2 * len(CANDIDATES)
    measured: dict[bool, tuple[OperatingPoint, ...]] = {}
    for refine in (False, True):
        settings: list[OperatingPoint] = []
        for place, candidates in enumerate(CANDIDATES):
            progress("measuring searches", refine * len(CANDIDATES) + place, steps)
            if refine and not search.can_refine(None, candidates, _DEPTH):
                settings.append(measured[False][place])
                continue
            hits, times = [], []
            for (own, query), truth in zip(asked, truths, strict=True):
                start = time.process_time()
                scored = search.through_candidates(query, None, candidates, _DEPTH, refine=refine)
                times.append(time.process_time() - start)
                found = best_ten(scored.rows, scored.scores, own)
                hits.append(share_found(found, truth))
            settings.append(
                OperatingPoint(candidates, float(np.mean(hits)), float(np.median(times) * 1e3))
            )
        measured[refine] = tuple(settings)
    progress("measuring searches", steps, steps)
    # By what was found and not by the clock, so that the same vectors get the same card.
    plain, again = (_quality(measured[refine]) for refine in (False, True))
    refined = again >= plain
    tokens, on_disk, on_cells, on_owners = connection.execute(
        "SELECT (SELECT sum(tokens) FROM files JOIN tokens USING (file) "
        "WHERE live AND field = ?1), sum(segments.bytes), ifnull(sum(cells.bytes), 0), "
        "(SELECT ifnull(sum(length(owners)), 0) FROM pools WHERE field = ?1) "
        "FROM segments LEFT JOIN cells USING (segment) WHERE live > 0 AND field = ?1",
        [field.number],
    ).fetchone()
    known = newest_card(connection, field.number)
    card = SearchProfile(
        queries=len(asked),
        pages=sum(held.record.live for held in segments),
        tokens=tokens,
        exact_milliseconds=float(np.median(clock) * 1e3),
        bytes_per_token=(on_disk + on_cells + on_owners) / tokens,
        settings=measured[refined],
        chosen=None if known is None else known.chosen,
        refined=refined,
    )
    set_newest_card(connection, field.number, card)
    return card


def _quality(settings: Sequence[OperatingPoint]) -> tuple[float, float]:
    """How few candidates reach the goal, and the recall of the most; larger is better."""
    reaching = [entry.candidates for entry in settings if entry.recall >= GOAL]
    return -float(min(reaching, default=math.inf)), settings[-1].recall


def draw_questions(
    segments: Sequence[LiveSegment], cache: SegmentCache, seed: int
) -> list[tuple[int, Float32[np.ndarray, "query dim"]]]:
    """Runs of tokens of random published pages, of which one has vectors, each with its row."""

    def places_of(held: LiveSegment) -> Int64[np.ndarray, " places"]:
        lengths = np.diff(cache.mapped(held.record).offsets)
        places = np.arange(held.record.items) if held.places is None else held.places
        return places[lengths[places] > 0]

    random = generator(seed, "questions of an index card")
    pages = np.array([len(places_of(held)) for held in segments], np.float64)
    found = []
    for number in random.choice(len(segments), _QUESTIONS, p=pages / pages.sum()):
        held = segments[int(number)]
        segment = cache.mapped(held.record)
        place = int(random.choice(places_of(held)))
        first, last = (int(edge) for edge in segment.offsets[place : place + 2])
        first = int(random.integers(first, max(first, last - _QUESTION_TOKENS) + 1))
        run = segment.values(first, min(last, first + _QUESTION_TOKENS))
        found.append((held.record.first_item + place, cache.projection.move(run, cache.dim)))
    return found


def share_found(found: set[int], truth: set[int]) -> float:
    """Recall; 1 where there was nothing to find."""
    return len(found & truth) / len(truth) if truth else 1.0


def best_ten(
    rows: Int64[np.ndarray, " found"], scores: Float32[np.ndarray, " found"], own: int
) -> set[int]:
    """The best rows but the question's own; of equal ones the lowest."""
    order = np.lexsort((rows, -scores))[: _DEPTH + 1]
    return set([row for row in rows[order].tolist() if row != own][:_DEPTH])
