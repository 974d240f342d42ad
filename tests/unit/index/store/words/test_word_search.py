"""Postings beside FTS5: the same rankings, whatever was written, replaced, removed and merged."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from trovato.core import CorruptCollectionError, Item, generator
from trovato.index import LEXICAL_WEIGHTS, Collection, Reader, Writer, repair, verify
from trovato.index.store.words.full_text import best_rows
from trovato.index.store.words.records import word_segments
from trovato.ops import top_rows

_NUMBERED = [f"word{chr(97 + number % 26)}{number}" for number in range(60)]
_WORDS = [*_NUMBERED, "pump", "pumps", "seal", "kit", "供水管网"]
_QUESTIONS = [
    "worda0 wordb1",
    "wordc2 wordd3 worde4 worda0 pump",
    "pumps pump seal",
    '"seal kit" pump',
    '"seal kit"',
    "pump -seal",
    'wordc2 -"seal kit"',
    "worda* pump",
    "供水",
    "管",
    "xj-4471-7 pump",
    "figure 3 of wordb1",
    "wordb1 zzzz",
    "wordz9999",
    "a the of",
]


def _text(number: int, version: int) -> str:
    random = generator(version, f"text {number}")
    share = 1 / np.arange(1, len(_WORDS) + 1)
    words = random.choice(_WORDS, int(random.integers(3, 40)), p=share / share.sum())
    return " ".join([*map(str, words), f"XJ-4471-{number % 9} figure {number % 5}"])


def _write(writer: Writer, number: int, version: int = 0) -> None:
    draft = writer.stage(f"n{number}", str(version), "text", 1, {"even": number % 2}, whole=True)
    draft.add_item(Item(f"n{number}", "text", _text(number, version)))
    draft.finish()


def _by_fts5(reader: Reader, question: str, k: int, chosen: str = "") -> list[tuple[int, float]]:
    asked, _ = reader._read(question)
    if not asked.expression:
        return []
    selection = (chosen, list[str | int | float]()) if chosen else None
    rows, scores = best_rows(reader._connection, asked.expression, k, LEXICAL_WEIGHTS, selection)
    return top_rows(rows, scores, k, reader.ids_of)


def _check(collection: Collection) -> None:
    even = "SELECT item FROM file_attributes JOIN items USING (file) WHERE key = 'even' AND value"
    with collection.reader() as reader:
        for question in _QUESTIONS:
            for k, filter, chosen in ((1, "", ""), (7, "even=1", f"{even} = 1"), (1000, "", "")):
                found = reader.search_lexical(question, k, filter)
                expected = _by_fts5(reader, question, k, chosen)
                assert [score for _, score in found] == pytest.approx(
                    [score for _, score in expected], abs=1e-8
                )
                assert k < 1000 or {row for row, _ in found} == {row for row, _ in expected}
    assert {finding.part for finding in verify(collection.path)} <= {"leftover"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    collection = Collection.create(
        tmp_path_factory.mktemp("words") / "made", fingerprint="made", dim=4
    )
    with collection.writer() as writer:
        for number in range(120):
            _write(writer, number)
            if number in (80, 115):
                writer.flush()
    return collection


def test_rankings_are_those_of_fts5(written: Collection) -> None:
    with written.reader() as reader:
        assert len(word_segments(reader._connection)) > 1
    _check(written)


def test_they_stay_so_through_changes(written: Collection, tmp_path: Path) -> None:
    collection = written.copy_to(tmp_path / "changed")
    with collection.writer() as writer:
        for number in range(0, 60, 3):
            _write(writer, number, version=1)
        for number in range(1, 50, 7):
            assert writer.remove(f"n{number}")
        _write(writer, 200)
        writer.remove("n200")  # before it was committed
    _check(collection)
    with collection.writer() as writer:
        for number in range(0, 60, 3):
            _write(writer, number, version=2)
        writer.compact()
    _check(collection)
    with collection.reader() as reader:
        assert all(record.dead == 0 for record in word_segments(reader._connection))


def test_many_small_commits_leave_few_files(written: Collection, tmp_path: Path) -> None:
    collection = written.copy_to(tmp_path / "small")
    for number in range(300, 330):
        with collection.writer() as writer:
            _write(writer, number)
    with collection.reader() as reader:
        records = word_segments(reader._connection)
    files = {path.name for path in (collection.path / "segments").glob("*.words")}
    assert files == {record.file_name for record in records}
    assert len(records) < 9
    sizes = sorted(record.postings for record in records)
    assert all(2 * small < large for small, large in pairwise(sizes))


def test_a_reader_sees_the_words_of_its_own_state(written: Collection, tmp_path: Path) -> None:
    collection = written.copy_to(tmp_path / "seen")
    with collection.reader() as before:
        found = before.search_lexical("worda0 pump", 50)
        with collection.writer() as writer:
            for number in range(0, 120, 2):
                writer.remove(f"n{number}")
            writer.compact()
        assert before.search_lexical("worda0 pump", 50) == found
    with collection.reader() as after:
        left = after.ids_of(row for row, _ in after.search_lexical("worda0 pump", 200))
    assert left
    assert all(int(name[1:]) % 2 for name in left.values())
    _check(collection)


def test_an_emptied_collection_finds_nothing(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "made", fingerprint="made", dim=4)
    with collection.writer() as writer:
        _write(writer, 1)
    with collection.writer() as writer:
        writer.remove("n1")
    with collection.reader() as reader:
        assert reader.search_lexical("pump figure", 5) == []
        assert word_segments(reader._connection) == []
    assert list((collection.path / "segments").glob("*.words")) == []


def _files(collection: Collection) -> list[Path]:
    return sorted((collection.path / "segments").glob("*.words"))


def test_damage_is_found_and_repaired(written: Collection, tmp_path: Path) -> None:
    collection = written.copy_to(tmp_path / "hurt")
    largest = max(_files(collection), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[-5] ^= 8
    largest.write_bytes(content)
    (finding,) = verify(collection.path)
    assert (finding.part, finding.subject) == ("words", largest.name)
    repair(collection.path)
    _check(Collection.open(collection.path))


def test_a_lost_file_is_told_and_made_anew(written: Collection, tmp_path: Path) -> None:
    collection = written.copy_to(tmp_path / "lost")
    _files(collection)[0].unlink()
    with collection.reader() as reader, pytest.raises(CorruptCollectionError, match="repair"):
        reader.search_lexical("pump", 3)
    assert {finding.part for finding in verify(collection.path)} == {"words"}
    repair(collection.path)
    _check(Collection.open(collection.path))
