"""An encoder of one's own, as short as people write it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato import Library
from trovato.core import (
    IncompatibleCollectionError,
    InvalidInputError,
    PageEvidence,
    TokenVectors,
)
from trovato.index import Collection
from trovato.testing import WordEncoder, check_encoder


class Plain:
    """The vectors of words without their spans, in another type of number."""

    fingerprint, dim = "plain", 32

    def __init__(self, dtype: Any = np.float64) -> None:
        self.dtype = dtype

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        return map(self.encode_query, texts)

    def encode_query(self, text: str) -> TokenVectors:
        return TokenVectors(WordEncoder().encode_query(text).values.astype(self.dtype))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text("The harbour opened in 1871. Ships unload timber.", "utf-8")
    (folder / "b.txt").write_text("Apples ripen in September.", "utf-8")
    return folder


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_it_keeps_the_laws(dtype: Any) -> None:
    check_encoder(Plain(dtype))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_texts_without_spans_are_found_and_explained_by_words(
    folder: Path, tmp_path: Path, dtype: Any
) -> None:
    with Library.create(tmp_path / "c", encoder=Plain(dtype)) as library:
        report = library.add([folder])
        assert (report.failures, report.tokens) == ([], 12)
        assert library.info().tokens == 12
        for mode in ("hybrid", "late"):
            hit = library.search("When did the harbour open?", 1, mode=mode)[0]
            assert hit.item.id == "papers/a.txt#1"
            assert isinstance(hit.evidence, PageEvidence)
            assert hit.evidence.matches == ()
            assert [word.text for word in hit.evidence.heat] == ["harbour"]
            assert hit.evidence.regions[0].text == "The harbour opened in 1871."
            start, end = hit.evidence.marks[0]
            assert hit.evidence.snippet[start:end] == "harbour"
        row = library.collection.reader().row_of("papers/a.txt#1")
        stored = library.collection.reader().token_vectors_of(row)
        assert stored.spans is None
        assert stored.values.shape == (8, 32)
        assert library.verify() == []


@pytest.mark.parametrize("vector_format", ["int8/32d/pool2", "fp16/32d"])
def test_texts_without_spans_are_stored_in_any_form(
    folder: Path, tmp_path: Path, vector_format: str
) -> None:
    with Library.create(tmp_path / "c", encoder=Plain()) as library:
        library.add([folder])
        library.compress(vector_format)
        assert library.search("harbour", 1).ids == ("papers/a.txt#1",)
        assert library.verify() == []


def test_values_become_float32_once() -> None:
    made = TokenVectors(np.eye(3, dtype=np.float64)[:, ::-1])
    assert made.values.dtype == np.float32
    assert made.values.flags.c_contiguous
    given = np.eye(3, dtype=np.float32)
    assert TokenVectors(given).values is given


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(InvalidInputError, match="NaN or infinity in 2 of float64"):
        TokenVectors(np.full((2, 3), bad))


def test_another_dimension_is_refused_and_nothing_is_stored(folder: Path, tmp_path: Path) -> None:
    encoder = Plain()
    with Library.create(tmp_path / "c", encoder=encoder) as library:
        library.add([folder / "b.txt"])
        encoder.encode_query = lambda text: TokenVectors(np.ones((1, 7)))  # type: ignore[method-assign]
        ((name, reason),) = library.add([folder / "a.txt"]).failures
        assert name == "a.txt"
        assert "holds vectors of 32 components, page 1 of 'a.txt' brings 7" in reason
        with pytest.raises(
            InvalidInputError, match="holds vectors of 32 components, the query has 7"
        ):
            library.search("harbour")
        assert len(library) == 1


def test_a_library_keeps_the_name_of_its_encoder(tmp_path: Path) -> None:
    Library.create(tmp_path / "c", encoder="minilm").close()
    assert Collection.open(tmp_path / "c").encoder_name == "minilm"
    with Library.open(tmp_path / "c") as library:
        assert library.encoder.fingerprint == library.collection.fingerprint
    copied = Collection.open(tmp_path / "c").copy_to(tmp_path / "copy")
    assert copied.encoder_name == Collection.open(copied.path).encoder_name == "minilm"


def test_the_name_of_another_encoder_is_refused(tmp_path: Path) -> None:
    Collection.create(tmp_path / "c", fingerprint="mine", dim=8, encoder_name="lost")
    with pytest.raises(InvalidInputError, match="'lost'"):
        Library.open(tmp_path / "c")
    with pytest.raises(IncompatibleCollectionError, match=r"lost 'mine', this one is minilm"):
        Library.open(tmp_path / "c", encoder="minilm")
