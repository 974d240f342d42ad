"""Conditions by columns choose what SQL chooses, in every state that a reader can see."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import Attribute, Item, Location, Page, TextLayout, generator
from trovato.index import Collection, Reader, Writer
from trovato.index.store import filter_columns
from trovato.library import Library
from trovato.ops import int8_quantize
from trovato.testing import WordEncoder
from trovato.testing.conformance.storage.store import unit_vectors

_BIG = 2**53
VALUES: tuple[Attribute, ...] = (
    *(0, -3, 7, 2015, _BIG, _BIG + 1, 0.5, -1.5, float(_BIG)),
    *("", "7", "2015", "Mill", "mill É", 'a "b"', "the mill"),
)
KEYS = ("year", "title", "code")
PATHS = ("a/*", "*.pdf", "A/1*", "[ab]/?.PDF", "a/1.pdf", "t3", "zz")
OPERATORS = (":", "=", "!=", "<", "<=", ">", ">=")


def write_files(writer: Writer, count: int, first: int) -> None:
    """Documents of three pages, whose attributes some pages have of their own."""
    for number in range(first, first + count):
        random = generator(number, "files to filter")

        def drawn(keys: int) -> dict[str, Attribute]:
            return {
                KEYS[int(key)]: VALUES[int(random.integers(len(VALUES)))]  # noqa: B023
                for key in random.permutation(len(KEYS))[:keys]  # noqa: B023
            }

        name = f"{'ab'[number % 2]}/{number}.{'pdf' if number % 3 else 'PDF'}"
        draft = writer.stage(name, "x", ("pdf", "txt")[number % 2], 1, drawn(number % 4))
        for page in (1, 2, 3):
            vectors = int8_quantize(unit_vectors(random, 1, 32))
            told = Page(page, "all", TextLayout.empty(1.0, 1.0), drawn(page % 3))
            draft.add(told, vectors, np.array([[0, 3]], np.int32))
        draft.finish()


def write_items(library: Library, count: int, first: int) -> None:
    """Texts of several kinds, some below others, some on a page of a file."""
    library.add_items(
        Item(
            f"t{number}",
            "note" if number % 3 else "memo",
            "all",
            location=Location("a/1.pdf", number % 4 + 1) if number % 5 == 0 else None,
            parent=f"t{number - 1}" if number % 4 == 3 else None,
            attributes={KEYS[number % 3]: VALUES[number % len(VALUES)]},
        )
        for number in range(first, first + count)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Several files of postings, in some of which items are gone."""
    made = tmp_path_factory.mktemp("columns") / "c"
    with Library.create(made, encoder=WordEncoder()) as library:
        for part in range(3):
            with library.collection.writer() as writer:
                write_files(writer, 6, 6 * part)
            write_items(library, 16, 16 * part)
        library.remove(["t5", "a/2.pdf", "b/7.pdf"])
    return made


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[Reader]:
    collection = Collection.open(folder)
    with collection.reader() as opened:
        ask_once(opened)
        yield opened
    collection.close()


def ask_once(reader: Reader) -> None:
    """The first question on a key is answered by SQL."""
    for key in (*KEYS, "kind", "page"):
        reader.search_lexical("all", 1, f"{key}=1")


def quoted(value: Attribute) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


numbers = st.sampled_from([value for value in VALUES if not isinstance(value, str)])
conditions = (
    st.builds(
        "{}{}{}".format,
        st.sampled_from(KEYS),
        st.sampled_from(OPERATORS),
        st.sampled_from(VALUES).map(quoted) | st.just("MILL"),
    )
    | st.builds("page{}{}".format, st.sampled_from(OPERATORS), st.integers(-1, 4))
    | st.builds(
        "kind{}{}".format, st.sampled_from(OPERATORS), st.sampled_from(["note", "pdf", "x"])
    )
    | st.builds("path{}{}".format, st.sampled_from(OPERATORS), st.sampled_from(PATHS).map(quoted))
    | st.sampled_from(["parent:t2", "parent=a/1.pdf", "parent!=t6"])
)


def check_same(reader: Reader, filter: str) -> int:
    """By search, which uses columns, and by SQL; how many there are."""
    found = {row for row, _ in reader.search_lexical("all", 1000, filter)}
    assert found == reader.filtered(reader.rows(), filter), filter
    return len(found)


@given(st.lists(conditions, min_size=1, max_size=3))
def test_columns_choose_what_sql_chooses(reader: Reader, asked: list[str]) -> None:
    check_same(reader, " ".join(asked))


ASKED = ("year>=7", "title:mill", "code!=7", "kind=note page=1", "path:a/* year<2015", "page!=2")


def test_every_reader_sees_its_own_state(folder: Path, tmp_path: Path) -> None:
    """Also where another one, of a later or an earlier state, has filled the columns before."""
    copy = shutil.copytree(folder, tmp_path / "c")
    with Library.open(copy, encoder=WordEncoder()) as library:
        readers = [library.collection.reader()]
        ask_once(readers[0])
        library.remove(["t8", "a/4.pdf"])
        readers.append(library.collection.reader())
        with library.collection.writer() as writer:
            assert writer.rename("a/6.PDF", "b/60.pdf", {"year": 7})
        readers.append(library.collection.reader())
        write_items(library, 9, 200)
        with library.collection.writer() as writer:
            writer.compact()
        readers.append(library.collection.reader())
        counts = [[check_same(reader, asked) for asked in ASKED] for reader in readers[::-1]]
        assert len({tuple(one) for one in counts}) == len(readers)
        again = [[check_same(reader, asked) for asked in ASKED] for reader in readers]
        assert again == counts[::-1]
        for reader in readers:
            reader.close()


def test_only_what_is_new_is_read(folder: Path, tmp_path: Path) -> None:
    """A text that comes, or goes, costs no new column of the others."""
    copy = shutil.copytree(folder, tmp_path / "c")
    read: list[int] = []
    inner = filter_columns.read_column

    def counted(connection: sqlite3.Connection, columns: object, key: str) -> object:
        read.append(len(columns))  # type: ignore[arg-type]
        return inner(connection, columns, key)  # type: ignore[arg-type]

    with (
        pytest.MonkeyPatch.context() as patch,
        Library.open(copy, encoder=WordEncoder()) as library,
    ):
        patch.setattr("trovato.index.search.filter_cache.read_column", counted)

        def ask() -> None:
            with library.collection.reader() as reader:
                check_same(reader, "year>=7")

        ask()
        assert not read  # by SQL
        ask()
        before = len(library)
        assert sum(read) >= before
        read.clear()
        ask()
        assert not read
        library.remove(["t9"])
        ask()
        assert not read
        write_items(library, 1, 300)
        ask()
        assert 0 < sum(read) < before / 2


def test_an_attribute_of_very_many_texts_is_asked_of_sql(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_columns, "MOST_TEXTS", 2)
    collection = Collection.open(folder)
    with collection.reader() as reader:
        ask_once(reader)
        assert check_same(reader, "title:mill")
    collection.close()
