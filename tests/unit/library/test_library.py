import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.core import (
    CollectionNotFoundError,
    Evidence,
    IncompatibleCollectionError,
    InvalidInputError,
    Item,
    PageEvidence,
    UnreadableFileError,
)
from trovato.library import Library, read_question_set
from trovato.testing import WordEncoder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        yield library


def test_the_picture_of_a_hit_differs_from_the_bare_page(library: Library, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The harbour opened in 1871.", "utf-8")
    library.add([tmp_path / "a.txt"])
    hit = library.search("harbour")[0]
    bare = library.picture(hit.item.id, long_side=600)
    drawn = library.picture(hit.item.id, hit.evidence, long_side=600)
    assert max(bare.size) == 600
    assert bare.tobytes() != drawn.tobytes()
    assert isinstance(hit.evidence, PageEvidence)
    word = hit.evidence.heat[0].box
    scale = drawn.height / 842
    train_centroids = (
        round(word.left * scale) + 2,
        round((word.top + word.bottom) / 2 * scale),
    )
    assert drawn.getpixel(train_centroids) != bare.getpixel(train_centroids)


def test_a_changed_file_has_no_picture(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The harbour opened in 1871.", "utf-8")
    library.add([path])
    path.write_text("Something else.", "utf-8")
    with pytest.raises(UnreadableFileError, match="index it again"):
        library.picture("a.txt#1")


def test_a_text_without_a_file_has_no_picture(library: Library) -> None:
    library.add_items([Item("note", "text", "harbour")])
    with pytest.raises(UnreadableFileError, match="no file"):
        library.picture("note")


def test_a_name_that_is_not_unicode_is_indexed_and_drawn(library: Library, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/odd-\xff name.txt"
    with open(path, "wb") as file:  # noqa: PTH123 - the point is the bytes of the name
        file.write(b"The harbour opened.")
    report = library.add([Path(os.fsdecode(path))])
    assert report.failures == []
    hit = library.search("harbour")[0]
    assert library.picture(hit.item.id, long_side=200).size[1] == 200


def test_an_unknown_page_has_no_picture(library: Library) -> None:
    with pytest.raises(InvalidInputError, match="no page"):
        library.picture("none.pdf#1")


def test_another_encoder_is_refused_with_what_to_do(library: Library, tmp_path: Path) -> None:
    with pytest.raises(IncompatibleCollectionError):
        Library.open(tmp_path / "c", encoder=WordEncoder(dim=64))


def test_a_path_alone_opens_what_is_there(library: Library, tmp_path: Path) -> None:
    library.add_items([Item("note", "text", "harbour")])
    with Library(tmp_path / "c", encoder=WordEncoder()) as again:
        assert "note" in again
    with pytest.raises(CollectionNotFoundError):
        Library(tmp_path / "none", encoder=WordEncoder())
    with Library(tmp_path / "none", create=True, encoder=WordEncoder()) as made:
        assert len(made) == 0


def test_a_library_is_made_once(library: Library, tmp_path: Path) -> None:
    library.add_items([Item("note", "text", "harbour")])
    with pytest.raises(InvalidInputError, match="is a collection already"):
        Library.create(tmp_path / "c", encoder=WordEncoder())
    for again in (
        Library.create(tmp_path / "c", encoder=WordEncoder(), exist_ok=True),
        Library.open(tmp_path / "c", encoder=WordEncoder()),
    ):
        with again:
            assert "note" in again


def test_without_evidence_the_same_is_found(library: Library) -> None:
    library.add_items(Item(f"{n}", "text", f"harbour {'salt ' * n}") for n in range(5))
    full, bare = library.search("harbour salt"), library.search("harbour salt", evidence=False)
    assert [(hit.item, hit.score) for hit in bare] == [(hit.item, hit.score) for hit in full]
    assert all(hit.evidence.snippet for hit in full)
    assert all(hit.evidence == Evidence() for hit in bare)
    assert bare.coverage == full.coverage


def test_a_question_is_answered_from_what_is_found(library: Library) -> None:
    library.add_items([Item("note", "text", "The harbour opened in 1871. Apples ripen later.")])
    answer = library.ask("When did the harbour open?", k=1)
    assert answer.text == "The harbour opened in 1871."
    assert [source.id for source in answer.sources] == ["note"]
    assert answer.sources[0].alone is None
    told = library.ask("When did the harbour open?", answerer="vote", explain=True)
    assert told.sources[0].alone is not None
    with pytest.raises(InvalidInputError, match="nonsense"):
        library.ask("When did the harbour open?", answerer="nonsense")


def test_a_library_is_measured_on_questions(library: Library, tmp_path: Path) -> None:
    library.add_items([Item("note", "text", "harbour"), Item("other", "text", "apples")])
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "Where is the harbour?", "relevant": ["note"]}', "utf-8")
    by_path = library.evaluate(path)
    assert {name: one.mean for name, one in by_path.overall.estimates.items()} == {
        "nDCG@5": 1.0,
        "R@5": 1.0,
        "RR@10": 1.0,
    }
    by_set = library.evaluate(read_question_set(path), ["rr"], mode="lexical")
    assert list(by_set.overall.estimates) == ["RR"]
    with pytest.raises(InvalidInputError, match="measures must be several"):
        library.evaluate(path, "RR")
    with pytest.raises(UnreadableFileError, match=r"none\.jsonl"):
        library.evaluate(tmp_path / "none.jsonl")


def test_damage_is_named_and_put_right(library: Library, tmp_path: Path) -> None:
    library.add_items([Item("note", "text", "harbour")])
    assert library.verify() == []
    (tmp_path / "c" / "segments" / "000099.seg").write_bytes(b"x")
    assert [found.part for found in library.verify()] == ["leftover"]
    assert library.repair().deleted == ("000099.seg",)
    assert library.verify() == []
    assert library.search("harbour").ids == ("note",)


def test_what_is_printed_of_a_hit_is_short(library: Library) -> None:
    library.add_items([Item("n" * 999, "text", "harbour salt timber " * 999)])
    hit = library.search("harbour salt timber")[0]
    assert isinstance(hit.evidence, PageEvidence)
    assert len(hit.evidence.heat) > 50
    for shown in (hit, hit.item, hit.evidence):
        assert len(repr(shown)) <= 200
    assert repr(Item("42", "text", "The harbour.")) == "Item('42', 'text', 'The harbour.')"
