"""Both sides of a hybrid search, put together again by hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from trovato.core import InvalidInputError, Query
from trovato.index import Reader
from trovato.library import Library
from trovato.retrieve import Fusion, HybridScorer, LateInteractionScorer, LexicalScorer
from trovato.testing import WordEncoder

QUESTION = Query("When did the old harbour open?")
PAGES = {
    "town.txt": ["The harbour opened in 1871.", "Salt and timber.", "An old quay, and a harbour."],
    "farm.txt": ["Apples ripen when they want.", "The old orchard did well; an old press stands."],
    "sea.txt": ["Ships.", "Harbour harbour harbour open open."],
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("fused")
    for name, pages in PAGES.items():
        (folder / name).write_text("\f".join(pages), "utf-8")
    (folder / "blank.txt").write_text("open\f\f", "utf-8")
    with Library.create(folder / "c", encoder=WordEncoder(64)) as made:
        made.add([folder / name for name in (*PAGES, "blank.txt")])
        yield made


def by_hand(reader: Reader, encoder: WordEncoder, depth: int, fusion: Fusion) -> dict[int, float]:
    """The definition, page by page."""
    query = encoder.encode_query(QUESTION.text).values
    means = {}
    for row in reader.rows():
        vectors = reader.vectors_of(row)
        if len(vectors):
            means[row] = float((query @ vectors.T).max(axis=1).mean())
    ids = reader.ids_of(means)
    late = sorted(means, key=lambda row: (-means[row], ids[row]))[:depth]
    lexical = dict(reader.search_lexical(QUESTION.text, depth))
    pages = sorted({*late, *lexical})
    complete = dict(reader.search_lexical(QUESTION.text, 1000))
    words = np.array([complete.get(row, 0.0) for row in pages]) / max(complete.values())
    vectors = np.array([means[row] for row in pages]) / (4 * np.std(list(means.values())))
    fused = fusion.lexical_weight * words + (1 - fusion.lexical_weight) * vectors
    files = [reader.file_of(row).name for row in pages]
    best = {file: max(s for s, f in zip(fused, files, strict=True) if f == file) for file in files}
    return {
        row: score + fusion.document_weight * best[file]
        for row, score, file in zip(pages, fused, files, strict=True)
    }


@pytest.mark.parametrize("depth", [1000, 2])
@pytest.mark.parametrize("fusion", [Fusion(), Fusion(0.2, 0.0), Fusion(0.9, 2.0)])
def test_scores_are_scaled_weighed_and_lifted(library: Library, depth: int, fusion: Fusion) -> None:
    encoder = WordEncoder(64)
    with library.collection.reader() as reader:
        late = LateInteractionScorer(reader, encoder)
        hybrid = HybridScorer(reader, LexicalScorer(reader), late, fusion)
        found = hybrid.best(QUESTION, depth)
        wanted = by_hand(reader, encoder, depth, fusion)
        assert found.keys() == wanted.keys()
        assert [found[row] for row in wanted] == pytest.approx(list(wanted.values()), abs=0.03)
        assert hybrid.coverage == late.coverage
        assert late.coverage is not None
        assert (late.coverage.scored, late.coverage.exact) == (8, True)


def test_a_smaller_depth_changes_no_score(library: Library) -> None:
    with library.collection.reader() as reader:
        late = LateInteractionScorer(reader, WordEncoder(64))
        hybrid = HybridScorer(reader, LexicalScorer(reader), late, Fusion(0.5, 0.0))
        everything = hybrid.best(QUESTION, 1000)
        few = hybrid.best(QUESTION, 2)
        assert 2 <= len(few) < len(everything)
        assert few == pytest.approx({row: everything[row] for row in few})


def test_an_encoder_says_how_far_the_right_pages_stand_out(library: Library) -> None:
    class Contrasted(WordEncoder):
        """Was measured."""

        contrast = 0.25

    with library.collection.reader() as reader:
        lexical = LexicalScorer(reader)
        late = LateInteractionScorer(reader, Contrasted(64))
        assert late.contrast(QUESTION) == 0.25
        means = late.nearest(QUESTION, 1000)
        found = HybridScorer(reader, lexical, late, Fusion(0.0, 0.0)).best(QUESTION, 1000)
        assert found == pytest.approx({row: mean / 0.25 for row, mean in means.items()})


def test_given_pages_have_the_scores_that_a_search_gives_them(library: Library) -> None:
    with library.collection.reader() as reader:
        lexical = LexicalScorer(reader)
        found = lexical.best(QUESTION, 1000)
        some = [*found][::2]
        assert lexical.of(QUESTION, [*some, 999]) == {row: found[row] for row in some}
        assert lexical.of(QUESTION, []) == {}
        assert lexical.of(Query("…"), some) == {}


def test_rows_are_spread_from_the_first_to_the_last(library: Library) -> None:
    with library.collection.reader() as reader:
        rows = list(reader.rows())
        assert reader.spread_rows(3) == [1, (1 + rows[-1]) // 2, rows[-1]]
        assert reader.spread_rows(1000) == list(range(1, rows[-1] + 1))


def test_a_page_without_vectors_counts_as_the_worst(library: Library) -> None:
    class Blind(LateInteractionScorer):
        """Has seen no page but two."""

        def nearest(self, query: Query, depth: int) -> dict[int, float]:
            return dict([*super().nearest(query, depth).items()][:2])

        def of(self, query: Query, pages: object) -> dict[int, float]:
            return {}

    with library.collection.reader() as reader:
        late = Blind(reader, WordEncoder(64))
        lexical = LexicalScorer(reader)
        found = HybridScorer(reader, lexical, late, Fusion(0.0, 0.0)).best(QUESTION, 1000)
        seen = late.best(QUESTION, 1000)
        worst = found[min(seen, key=lambda row: seen[row])]
        assert len(found) > 2
        assert all(score == worst for row, score in found.items() if row not in seen)


def test_pages_without_a_word_in_common_must_be_nearer_than_unrelated_ones(
    library: Library,
) -> None:
    class Calibrated(WordEncoder):
        """Calls the nearer half of the pages related."""

        unrelated = -1.0

    encoder = Calibrated(64)
    with library.collection.reader() as reader:
        lexical, late = LexicalScorer(reader), LateInteractionScorer(reader, encoder)
        nearest = late.nearest(QUESTION, 1000)
        everything = HybridScorer(reader, lexical, late).best(QUESTION, 1000)
        assert late.best(QUESTION, 1000) == nearest
        encoder.unrelated = sorted(nearest.values())[len(nearest) // 2]
        near = {row for row, mean in nearest.items() if mean >= encoder.unrelated}
        assert late.best(QUESTION, 1000).keys() == near
        found = HybridScorer(reader, lexical, late).best(QUESTION, 1000)
        assert found.keys() == near | lexical.best(QUESTION, 1000).keys()
        assert found == {row: everything[row] for row in found}, "what is left keeps its score"


def test_vectors_of_an_encoder_that_cannot_read_the_question_count_for_nothing(
    library: Library,
) -> None:
    class OfEnglish(WordEncoder):
        """Was made for English."""

        english_only = True

    russian = Query("Когда был открыт старый harbour этого города у моря?")  # noqa: RUF001
    with library.collection.reader() as reader:
        lexical = LexicalScorer(reader)
        late = LateInteractionScorer(reader, OfEnglish(64))
        assert [late.reads(query.text) for query in (QUESTION, russian)] == [True, False]
        words = HybridScorer(reader, lexical, late, Fusion(1.0, 0.0))
        mixed = HybridScorer(reader, lexical, late, Fusion(0.5, 0.0))
        assert mixed.best(russian, 1000) == words.best(russian, 1000)
        assert mixed.best(QUESTION, 1000) != words.best(QUESTION, 1000)
        knows_all = LateInteractionScorer(reader, WordEncoder(64))
        assert knows_all.reads(russian.text)
        assert late.reads("Wann wurde der alte Hafen am Meer eröffnet, und von wem war er gebaut?")


def test_the_defaults_are_those_of_the_docs() -> None:
    assert Fusion() == Fusion(lexical_weight=0.5, document_weight=0.5, numbered_weight=0.8)


def test_numbered_parts_are_left_to_words(library: Library) -> None:
    asked = Query("What is on page 2 of the harbour?")
    with library.collection.reader() as reader:
        lexical, late = LexicalScorer(reader), LateInteractionScorer(reader, WordEncoder(64))

        def best(query: Query, fusion: Fusion) -> dict[int, float]:
            return HybridScorer(reader, lexical, late, fusion).best(query, 1000)

        assert best(asked, Fusion(0.5)) == best(asked, Fusion(0.8))
        assert best(asked, Fusion(0.5)) != best(asked, Fusion(0.9))
        assert best(asked, Fusion(0.5, numbered_weight=0.5)) != best(asked, Fusion(0.5))
        assert best(QUESTION, Fusion(0.5)) == best(QUESTION, Fusion(0.5, numbered_weight=0.9))


def test_words_alone_look_at_no_vectors(library: Library) -> None:
    with library.collection.reader() as reader:
        lexical = LexicalScorer(reader)
        assert lexical.best(QUESTION, 3) == dict(reader.search_lexical(QUESTION.text, 3))
        assert lexical.coverage is None


@pytest.mark.parametrize("mode", ["late", "hybrid"])
def test_a_question_without_a_token_finds_nothing(library: Library, mode: str) -> None:
    assert library.search("…", mode=mode).ids == ()  # type: ignore[arg-type]


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(weight: float) -> None:
    with pytest.raises(InvalidInputError, match="0 to 1"):
        Fusion(weight)
    with pytest.raises(InvalidInputError, match="0 to 1"):
        Fusion(numbered_weight=weight)
