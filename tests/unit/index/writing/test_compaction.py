"""Merging segments: what is chosen, what is copied, and that nobody notices."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import CorruptCollectionError, Page, TextLayout, generator
from trovato.index import Collection, Writer
from trovato.index.search import snapshot
from trovato.index.store.fields import StoredField
from trovato.index.vectors.segment_file import Segment, SegmentRecord, map_segment
from trovato.index.writing.compaction import Run, plan
from trovato.ops import Int8Vectors
from trovato.testing.conformance.storage.store import check_holds, contents, make_file, unit_vectors

_DIM = 8


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)


def _fill(collection: Collection, names: int, *, pages: int = 4) -> None:
    """One segment for each file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trovato.index.writer._MANY", 1000)  # nothing is merged by itself
        with collection.writer(max_tokens=1) as writer:
            for number in range(names):
                make_file(f"{number}.pdf", 0, pages, _DIM).write(writer)


def _segments(collection: Collection) -> list[str]:
    return sorted(path.name for path in (collection.path / "segments").glob("*.seg"))


def _everything(collection: Collection) -> dict[str, object]:
    with collection.reader() as reader:
        return contents(reader)


def test_segments_become_few_and_nothing_changes(collection: Collection) -> None:
    _fill(collection, 12)
    before, names = _everything(collection), _segments(collection)
    with collection.writer() as writer:
        done = writer.compact()
    assert _everything(collection) == before
    assert len(names) > 30
    assert len(_segments(collection)) == len(names) - done.merged + done.written
    assert len(_segments(collection)) <= 4
    new = [collection.path / "segments" / name for name in set(_segments(collection)) - set(names)]
    assert done.bytes_after == sum(path.stat().st_size for path in new)
    assert done.bytes_before > done.bytes_after
    with collection.writer() as writer:
        assert writer.compact().merged == 0


def test_deleted_pages_leave_the_disk(collection: Collection) -> None:
    files = [make_file(f"{number}.pdf", 0, 4, _DIM) for number in range(12)]
    with collection.writer() as writer:
        for file in files:
            file.write(writer)
    (whole,) = (collection.path / "segments").glob("*.seg")
    size = whole.stat().st_size
    with collection.writer() as writer:
        for number in (0, 1, 3, 4, 5, 8, 9, 11):
            writer.remove(f"{number}.pdf")
        writer.flush()
        assert whole.exists()
        done = writer.compact()
        assert not whole.exists()
    with collection.reader() as reader:
        check_holds(reader, [files[number] for number in (2, 6, 7, 10)])
    (small,) = (collection.path / "segments").glob("*.seg")
    assert small.stat().st_size < size * 0.6
    assert (done.bytes_before, done.bytes_after) == (size, small.stat().st_size)


def test_gaps_of_a_merged_segment_need_no_list(collection: Collection) -> None:
    files = [make_file(f"{number}.pdf", 0, 4, _DIM) for number in range(12)]
    with collection.writer() as writer:
        for file in files:
            file.write(writer)
        writer.flush()
        for number in (1, 3, 4, 8):
            writer.remove(f"{number}.pdf")
        assert writer.compact().written == 1
    query = unit_vectors(generator(0, "asked"), 3, _DIM)
    with collection.reader() as reader:
        (held,) = snapshot.live_segments(reader._connection, 1)
        assert (held.record.items, held.record.live, held.record.gaps) == (48, 32, 16)
        assert held.places is None
        found = reader.search_vectors(query, 100)
        assert (len(found.best), found.eligible) == (24, 32)
    with collection.writer() as writer:
        writer.remove("6.pdf")
    with collection.reader() as reader:
        (held,) = snapshot.live_segments(reader._connection, 1)
        assert held.places is not None
        assert len(held.places) == 28
        assert reader.search_vectors(query, 100).eligible == 28


def test_a_draft_goes_on_after_a_compaction(collection: Collection) -> None:
    long = make_file("long.pdf", 0, 9, _DIM)
    with collection.writer(max_tokens=1) as writer:
        make_file("a", 0, 2, _DIM).write(writer)
        draft = long.stage(writer)
        for made in long.pages[:4]:
            draft.add(made.page, made.vectors, made.spans)
        assert writer.compact().merged > 1
        for made in long.pages[4:]:
            draft.add(made.page, made.vectors, made.spans)
        draft.finish()
    with collection.reader() as reader:
        check_holds(reader, [make_file("a", 0, 2, _DIM), long])


def test_a_reader_keeps_the_old_files_and_the_next_writer_takes_them(
    collection: Collection,
) -> None:
    _fill(collection, 5)
    old = _segments(collection)
    with collection.reader() as reader:
        before = contents(reader)
        with Collection.open(collection.path).writer() as writer:
            done = writer.compact()
        assert set(old) < set(_segments(collection))
        assert contents(reader) == before
    with collection.writer():
        pass
    assert len(_segments(collection)) == len(old) - done.merged + done.written
    assert _everything(collection) == before


def test_closing_a_writer_merges_many_small_segments(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(writer: Writer, names: range) -> None:
        for number in names:
            make_file(f"{number}.pdf", 0, 4, _DIM).write(writer)
            writer.flush()

    with collection.writer() as writer:
        write(writer, range(7))
    assert len(_segments(collection)) == 7  # not worth it yet
    with collection.writer() as writer:
        write(writer, range(7, 20))
    few = len(_segments(collection))
    assert few <= 4

    def interrupted() -> None:
        with collection.writer() as writer:
            write(writer, range(20, 40))  # and flushes each
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(_segments(collection)) == few + 20  # whoever interrupts does not wait

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with collection.writer():
            pass  # no room to merge is no reason to fail
    with collection.writer(time_budget_s=0.0):
        pass  # time is up before the first merge
    assert len(_segments(collection)) == few + 20
    with collection.reader() as reader:
        check_holds(reader, [make_file(f"{number}.pdf", 0, 4, _DIM) for number in range(40)])


def test_damage_never_gets_a_new_checksum(collection: Collection) -> None:
    _fill(collection, 4)
    path = collection.path / "segments" / "000002.seg"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    before = _segments(collection)
    with collection.writer() as writer:
        with pytest.raises(CorruptCollectionError, match=r"000002\.seg has other content"):
            writer.compact()
        make_file("more", 0, 1, _DIM).write(writer)
    assert set(before) <= set(_segments(collection))


def test_memory_follows_the_block_not_the_segments(tmp_path: Path) -> None:
    dim, tokens, pages = 128, 2000, 120
    collection = Collection.create(tmp_path / "made", fingerprint="made", dim=dim)
    random = generator(0, "memory")
    vectors = Int8Vectors(
        random.integers(-127, 128, (tokens, dim), np.int8), random.random(tokens, np.float32)
    )
    spans = np.zeros((tokens, 2), np.int32)
    with collection.writer(max_tokens=1, time_budget_s=1e6) as writer:
        for name in range(2):
            draft = writer.stage(str(name), "x", "made", 1, {})
            for number in range(1, pages // 2 + 1):
                draft.add(Page(number, "", TextLayout.empty(1.0, 1.0)), vectors, spans)
            draft.finish()
        tracemalloc.start()
        done = writer.compact()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert done.bytes_after > 30e6
    assert peak < 6e6, f"{peak / 1e6:.1f} MB of Python's memory for {done.bytes_after / 1e6:.0f} MB"


_SEARCHER = """
import sys
from pathlib import Path

from trovato.core import generator
from trovato.index import Collection
from trovato.testing.conformance.storage.store import unit_vectors

collection, stop = Collection.open(sys.argv[1]), Path(sys.argv[2])
query = unit_vectors(generator(1, "query"), 3, collection.dim)
answers, rounds = set(), 0
print("ready", flush=True)
while not stop.exists():
    with collection.reader() as reader:
        hits = reader.search_vectors(query, 10).best + reader.search_lexical("bora tux", 10)
        ids = reader.ids_of([row for row, _ in hits])
        answers.add(repr([(ids[row], score) for row, score in hits]))
    rounds += 1
print(rounds, len(answers))
"""


def test_searches_of_another_process_never_fail_and_never_change(
    collection: Collection, tmp_path: Path
) -> None:
    _fill(collection, 60)
    stop = tmp_path / "stop"
    child = subprocess.Popen(
        [sys.executable, "-c", _SEARCHER, str(collection.path), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    # Each round merges a little more: first to small segments, at last to one.
    merges = 0
    for max_tokens in (20, 40, 80, 160, 320, 640, 1 << 20):
        with collection.writer() as writer:
            merges += writer.compact(max_tokens=max_tokens).written
        time.sleep(0.05)
    stop.touch()
    output, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    rounds, answers = map(int, output.split())
    assert answers == 1, "an answer changed while segments were merged"
    assert rounds > 20
    assert merges > 20
    with collection.writer():
        pass
    assert len(_segments(collection)) <= 6


def test_threads_that_share_a_collection_never_fail(collection: Collection) -> None:
    """Readers of old and new states use the same mapped files, and drop each other's."""
    _fill(collection, 25)
    query = unit_vectors(generator(1, "query"), 3, _DIM)
    stop = threading.Event()

    def search() -> set[str]:
        answers = set()
        while not stop.is_set():
            with collection.reader() as reader:
                for _ in range(3):
                    hits = reader.search_vectors(query, 10).best
                    ids = reader.ids_of([row for row, _ in hits])
                    answers.add(repr([(ids[row], score) for row, score in hits]))
        return answers

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(3) as pool:
            found = [pool.submit(search) for _ in range(3)]
            try:
                for max_tokens in range(10, 200, 10):
                    with collection.writer() as writer:
                        writer.compact(max_tokens=max_tokens)
            finally:
                stop.set()
            answers = set().union(*(future.result() for future in found))
    finally:
        sys.setswitchinterval(interval)
    assert len(answers) == 1


def test_a_segment_dropped_by_another_thread_while_it_is_mapped_is_still_given(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(collection, 1)

    def interrupted(*arguments: Any) -> Segment:
        segment = map_segment(*arguments)
        collection.close()
        return segment

    monkeypatch.setattr(snapshot, "map_segment", interrupted)
    with collection.reader() as reader:
        check_holds(reader, [make_file("0.pdf", 0, 4, _DIM)])


_FIELD = StoredField("tokens", "made", _DIM)


def _run(number: int, rows: int, dead: int = 0, pages: int = 1) -> Run:
    record = SegmentRecord(number, number, 1, 1, rows + dead, 0, 0)
    return Run(_FIELD, (record,), rows, pages, number, number)


_SIZES = st.lists(st.integers(0, 300), max_size=60)


@given(_SIZES, st.integers(1, 1000))
def test_a_plan_keeps_the_order_and_leaves_nothing_to_do(sizes: list[int], most: int) -> None:
    segments = [_run(number, rows) for number, rows in enumerate(sizes)]
    merged = {run.first: run for run in plan(segments, most)}
    assert all(run.rows <= most for run in merged.values())
    left, at = [], 0
    while at < len(segments):
        run = merged.get(at, segments[at])
        left.append(_run(at, run.rows, pages=len(run.segments)))
        assert [segment.first_item for segment in run.segments] == list(
            range(at, at + len(run.segments))
        )
        at += len(run.segments)
    for one, two in pairwise(left):
        assert one.rows > 2 * two.rows or one.rows + two.rows > most
    assert plan(left, most) == []


@given(st.lists(st.integers(50, 100), min_size=1, max_size=200), st.integers(200, 10_000))
def test_a_row_is_copied_a_logarithmic_number_of_times(sizes: list[int], most: int) -> None:
    held: list[Run] = []
    copied = 0
    for number, size in enumerate(sizes):
        held.append(_run(number, size))
        merged = {run.first: run for run in plan(held, most)}
        copied += sum(run.rows for run in merged.values())
        gone = {segment.number for run in merged.values() for segment in run.segments}
        held = sorted(
            [
                *(_run(run.first, run.rows, pages=run.pages) for run in merged.values()),
                *(run for run in held if run.segments[0].number not in gone),
            ],
            key=lambda run: run.first,
        )
    assert copied <= sum(sizes) * (1 + math.log(most / 50, 1.5))
    assert len(held) <= 2 * sum(sizes) / most + math.log2(most / 50) + 2


def test_dead_vectors_are_worth_a_copy_when_they_are_a_quarter() -> None:
    assert plan([_run(1, 76, 24)], 1000) == []
    assert plan([_run(1, 75, 25)], 1000) == [_run(1, 75, 25)]
    assert plan([_run(1, 0)], 1000) == []


def test_a_page_far_away_is_not_merged() -> None:
    assert plan([_run(1, 10), _run(100, 10)], 1000) == []
    assert len(plan([_run(1, 10), _run(32, 10)], 1000)) == 1
