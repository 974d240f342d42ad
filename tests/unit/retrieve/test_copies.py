"""The same page of identical files is one hit that names the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.core import Item, Location
from trovato.index import Reader, StoredFile
from trovato.library import Library, page_name, ranking_json
from trovato.testing import WordEncoder

LEASE = "The lease of the warehouse runs for nine years."
TEXTS = {
    "a/lease.txt": LEASE,
    "b/lease.txt": LEASE,
    "c/lease.txt": LEASE,
    "scan.txt": f"  {LEASE}\n",
    "other.txt": "Another lease, of the quay, was ended.",
    "boats.txt": "Boats.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("copies")
    for name, text in TEXTS.items():
        (folder / "f" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "f" / name).write_text(text, "utf-8")
    with Library.create(folder / "c", encoder=WordEncoder(64)) as made:
        made.add([folder / "f"])
        yield made


def test_the_best_of_them_stands_for_the_others(library: Library) -> None:
    plain = library.search("lease of the warehouse", 10, distinct=False)
    folded = library.search("lease of the warehouse", 10)
    leases = [item for item in plain.ids if item.endswith("/lease.txt#1")]
    assert len(leases) == 3
    assert "f/scan.txt#1" in folded.ids  # reads the same, and is another file
    assert (folded[0].item.id, *folded[0].copies) == tuple(leases)
    assert [one for one in plain.ids if one not in folded[0].copies] == list(folded.ids)
    assert all(hit.copies == () for hit in folded[1:])
    assert folded[0].score == plain[0].score
    assert all(hit.copies == () for hit in plain)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_as_many_texts_come_as_were_asked_for(library: Library, k: int) -> None:
    every = library.search("lease of the warehouse", 10)
    assert library.search("lease of the warehouse", k).ids == every.ids[:k]


def test_they_are_told_as_json(library: Library) -> None:
    ranking = library.search("lease of the warehouse", 10)
    first, second, *_ = ranking_json("lease", "hybrid", ranking)["hits"]
    assert first["copies"] == list(ranking[0].copies)
    assert second["copies"] == []
    assert "neighbours" not in first


@pytest.mark.parametrize(
    ("item", "name"),
    [
        (Item("a#4", "pdf", "", Location("a", 4), {"label": "iv"}), "iv (4)"),
        (Item("a#4", "pdf", "", Location("a", 4)), "4"),
        (Item("a", "note", ""), ""),
    ],
)
def test_the_number_that_the_document_gives_a_page_comes_first(item: Item, name: str) -> None:
    assert page_name(item) == name


def test_no_file_is_asked_for_where_no_two_texts_are_alike(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    file_of = Reader.file_of

    def counted(reader: Reader, row: int) -> StoredFile:
        asked.append(row)
        return file_of(reader, row)

    monkeypatch.setattr(Reader, "file_of", counted)
    found = library.search("boats quay", 10, mode="lexical", evidence=False)
    assert set(found.ids) == {"f/boats.txt#1", "f/other.txt#1"}
    assert asked == []
    library.search("lease", 10, mode="lexical", evidence=False)
    assert asked != []
