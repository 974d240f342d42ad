"""Damage of every kind is found, named, and repaired without harm to what is healthy."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from trovato.core import CollectionBusyError, CollectionNotFoundError, CorruptCollectionError
from trovato.index import Collection, repair, verify
from trovato.testing.conformance.storage.store import check_holds, contents, make_file

_DIM = 8
_FILES = {name: make_file(name, 0, 4, _DIM) for name in ("a.pdf", "b.pdf", "c.pdf")}
_LONG = make_file("long.pdf", 0, 9, _DIM)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A segment for each of three files, and one for the first pages of another."""
    folder = tmp_path / "made"
    with Collection.create(folder, fingerprint="made", dim=_DIM).writer() as writer:
        for file in _FILES.values():
            file.write(writer)
            writer.flush()
        draft = _LONG.stage(writer)
        for made in _LONG.pages[:3]:
            draft.add(made.page, made.vectors, made.spans)
        writer.flush()
        # A row of the state that is dead: damage there costs nobody anything but the file.
        make_file("gone.pdf", 0, 3, _DIM).write(writer)
        writer.remove("gone.pdf")
    return folder


def _sql(folder: Path, *statements: str) -> None:
    connection = sqlite3.connect(folder / "trovato.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _segment(folder: Path, number: int) -> Path:
    return folder / "segments" / f"{number:06d}.seg"


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def _whole(folder: Path) -> dict[str, object]:
    with Collection.open(folder).reader() as reader:
        return contents(reader)


def test_a_healthy_collection_is_left_alone(folder: Path) -> None:
    before = _whole(folder)
    files = {path: path.read_bytes() for path in (folder / "segments").iterdir()}
    told: list[tuple[str, int, int]] = []
    assert verify(folder, lambda *step: told.append(step)) == []
    for part in ("database", "vectors", "pages"):
        steps = [(done, total) for what, done, total in told if what == part]
        assert steps[-1][0] <= steps[-1][1]
        assert steps == sorted(steps)
    assert [done for what, done, _ in told if what == "pages"][-1] == 15
    done = repair(folder)
    assert (done.findings, done.withdrawn, done.given_up, done.deleted) == ((), (), (), ())
    assert _whole(folder) == before
    assert {path: path.read_bytes() for path in (folder / "segments").iterdir()} == files


# Damage, the part and the start of the problem that are found, and the files it costs.
_DAMAGES: dict[str, tuple[Callable[[Path], object], set[tuple[str, str]], set[str]]] = {
    "a flipped bit in the codes": (
        lambda folder: _flip(_segment(folder, 2), -1),
        {("segment", "000002.seg"), ("file", "b.pdf")},
        {"b.pdf"},
    ),
    "a flipped bit in the offsets": (
        lambda folder: _flip(_segment(folder, 2), 80),
        {("segment", "000002.seg"), ("file", "b.pdf")},
        {"b.pdf"},
    ),
    "a cut file": (
        lambda folder: _segment(folder, 1).write_bytes(_segment(folder, 1).read_bytes()[:-1]),
        {("segment", "000001.seg"), ("file", "a.pdf")},
        {"a.pdf"},
    ),
    "an empty file": (
        lambda folder: _segment(folder, 3).write_bytes(b""),
        {("segment", "000003.seg"), ("file", "c.pdf")},
        {"c.pdf"},
    ),
    "a missing file": (
        lambda folder: _segment(folder, 3).unlink(),
        {("segment", "000003.seg"), ("file", "c.pdf")},
        {"c.pdf"},
    ),
    "two files exchanged": (
        lambda folder: _exchange(_segment(folder, 1), _segment(folder, 2)),
        {
            ("segment", "000001.seg"),
            ("segment", "000002.seg"),
            ("file", "a.pdf"),
            ("file", "b.pdf"),
        },
        {"a.pdf", "b.pdf"},
    ),
    "a segment that is forgotten": (
        lambda folder: _sql(folder, "DELETE FROM segments WHERE segment = 1"),
        {("file", "a.pdf"), ("leftover", "000001.seg")},
        {"a.pdf"},
    ),
    "a segment that claims a neighbour's pages": (
        lambda folder: _sql(
            folder, "UPDATE segments SET first_item = first_item - 1 WHERE segment = 2"
        ),
        {("segment", "000002.seg"), ("file", "b.pdf")},
        {"b.pdf"},
    ),
    "a draft's vectors": (
        lambda folder: _flip(_segment(folder, 4), -1),
        {("segment", "000004.seg"), ("file", "long.pdf")},
        set(),
    ),
    "a word index of other pages": (
        lambda folder: _sql(folder, "INSERT INTO words (rowid, text) VALUES (999, 'bora')"),
        {("words", "trovato.db")},
        set(),
    ),
    "a broken word index": (
        lambda folder: _sql(folder, "UPDATE words_data SET block = zeroblob(9) WHERE id > 10"),
        {("words", "trovato.db")},
        set(),
    ),
    "an emptied word index": (
        lambda folder: _sql(folder, "INSERT INTO words (words) VALUES ('delete-all')"),
        {("words", "trovato.db")},
        set(),
    ),
    "spans of another page": (
        lambda folder: _sql(
            folder,
            "UPDATE pages SET spans = (SELECT spans FROM pages WHERE item = 3) WHERE item = 6",
        ),
        {("file", "b.pdf")},
        {"b.pdf"},
    ),
    "a layout of noise": (
        lambda folder: _sql(folder, "UPDATE pages SET layout = x'00' WHERE item = 6"),
        {("file", "b.pdf")},
        {"b.pdf"},
    ),
    "a cut text": (
        lambda folder: _sql(folder, "UPDATE pages SET text = 'b' WHERE item = 5"),
        {("words", "trovato.db"), ("file", "b.pdf")},
        {"b.pdf"},
    ),
    "a missing text": (
        lambda folder: _sql(folder, "DELETE FROM pages WHERE item = 5"),
        {("words", "trovato.db"), ("file", "b.pdf")},
        {"b.pdf"},
    ),
    "a missing page in the middle": (
        lambda folder: _sql(folder, "DELETE FROM items WHERE item = 6"),
        {("words", "trovato.db"), ("file", "b.pdf"), ("count", "000002.seg")},
        {"b.pdf"},
    ),
    "a missing last page": (
        lambda folder: _sql(folder, "DELETE FROM items WHERE item = 8"),
        {("words", "trovato.db"), ("file", "b.pdf"), ("count", "000002.seg")},
        {"b.pdf"},
    ),
    "wrong counts": (
        lambda folder: _sql(
            folder,
            "UPDATE tokens SET tokens = 1 "
            "WHERE file = (SELECT file FROM files WHERE name = 'a.pdf')",
            "UPDATE segments SET live = 2 WHERE segment = 2",
        ),
        {("count", "a.pdf"), ("count", "000002.seg")},
        set(),
    ),
    "a file that nothing names": (
        lambda folder: _segment(folder, 77).write_bytes(b"half"),
        {("leftover", "000077.seg")},
        set(),
    ),
    "a file of another kind that nothing names": (
        lambda folder: _segment(folder, 77).with_suffix(".codes").write_bytes(b"half"),
        {("leftover", "000077.codes")},
        set(),
    ),
    "no directory of segments": (
        lambda folder: shutil.rmtree(folder / "segments"),
        {
            *(("segment", f"00000{number}.seg") for number in range(1, 5)),
            *(("file", name) for name in (*_FILES, "long.pdf")),
            ("words", "000003.words"),
        },
        set(_FILES),
    ),
}


def _exchange(one: Path, other: Path) -> None:
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


@pytest.mark.parametrize("damage", _DAMAGES)
def test_damage_is_found_and_repaired(folder: Path, damage: str) -> None:
    harm, expected, lost = _DAMAGES[damage]
    stats = Collection.open(folder).stats()
    harm(folder)
    findings = verify(folder)
    assert {(finding.part, finding.subject) for finding in findings} == expected
    assert all(finding.problem and finding.remedy for finding in findings)
    assert verify(folder) == findings  # looking changes nothing

    done = repair(folder)
    assert set(done.withdrawn) == lost
    assert verify(folder) == []
    assert {failure.name for failure in Collection.open(folder).failures()} == lost
    left = [file for name, file in _FILES.items() if name not in lost]
    with Collection.open(folder).reader() as reader:
        check_holds(reader, left)
    names = {path.name for path in (folder / "segments").iterdir()}
    assert {name for part, name in expected if part in ("segment", "leftover")}.isdisjoint(names)

    # What was withdrawn is read again: neither known, nor a failure of that content.
    with Collection.open(folder).writer() as writer:
        for name in lost:
            assert writer.known(name) is None
            assert writer.failure(name, _FILES[name].digest) is None
            _FILES[name].write(writer)
        _LONG.write(writer)
        writer.remove("long.pdf")
    assert verify(folder) == []
    after = Collection.open(folder).stats()
    assert (after.files, after.pages, after.tokens, after.failures) == (
        (stats.files, stats.pages, stats.tokens, 0)
    )
    with Collection.open(folder).reader() as reader:
        check_holds(reader, list(_FILES.values()))


def test_a_damaged_database_is_found_and_left_alone(folder: Path) -> None:
    connection = sqlite3.connect(folder / "trovato.db")
    root, size = connection.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master "
        "WHERE name = 'items'"
    ).fetchone()
    connection.close()
    path = folder / "trovato.db"
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = b"\x5a" * size
    path.write_bytes(content)
    findings = verify(folder)
    assert {finding.part for finding in findings} == {"database"}
    assert "copy" in findings[0].remedy
    with pytest.raises(CorruptCollectionError, match=r"damaged .* restore the collection"):
        repair(folder)
    assert path.read_bytes() == bytes(content)
    path.write_bytes(b"noise" * 1000)
    assert [finding.part for finding in verify(folder)] == ["database"]


def test_a_collection_that_is_written_to_is_not_checked(folder: Path, tmp_path: Path) -> None:
    with Collection.open(folder).writer():
        for check in (verify, repair):
            with pytest.raises(CollectionBusyError):
                check(folder)
    for check in (verify, repair):
        with pytest.raises(CollectionNotFoundError):
            check(tmp_path / "absent")


def test_searching_goes_on_while_it_is_checked_and_repaired(folder: Path) -> None:
    _flip(_segment(folder, 2), -1)
    healthy = [_FILES["a.pdf"], _FILES["c.pdf"]]
    told = []
    with Collection.open(folder).reader() as before:

        def look(what: str, done: int, total: int) -> None:
            told.append(what)
            assert before.has("b.pdf#1")
            with Collection.open(folder).reader() as now:
                assert now.has("a.pdf#1")

        verify(folder, look)
        done = repair(folder, look)
        assert done.withdrawn == ("b.pdf",)
        assert done.deleted == ()  # the reader may still need them
        assert _segment(folder, 2).exists()
        assert before.has("b.pdf#1")
    assert {"database", "vectors", "pages"} <= set(told)
    assert repair(folder).deleted == ("000002.seg",)
    with Collection.open(folder).reader() as reader:
        check_holds(reader, healthy)
