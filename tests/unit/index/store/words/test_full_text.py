"""Search by words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, Page, TextLayout
from trovato.index import Collection, Reader
from trovato.index.store.words.full_text import match_expression
from trovato.ops import Int8Vectors

_NOTHING = Int8Vectors(np.zeros((0, 4), np.int8), np.zeros(0, np.float32))
_TEXTS = {
    "reports/annual_report-2020.pdf": ("Revenue grew by AND in cafés", "boundary-layer flows"),
    "other.txt": ("The boundary of the shop", "not near: OR what?"),
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder: Path = tmp_path_factory.mktemp("lexical") / "made"
    collection = Collection.create(folder, fingerprint="made", dim=4)
    with collection.writer() as writer:
        for name, texts in _TEXTS.items():
            draft = writer.stage(name, "x", "made", 1, {"title": f"On {name[:3]}"})
            for number, text in enumerate(texts, start=1):
                page = Page(number, text, TextLayout.empty(1.0, 1.0))
                draft.add(page, _NOTHING, np.zeros((0, 2), np.int32))
            draft.finish()
    with collection.reader() as opened:
        yield opened


def _found(reader: Reader, question: str, **options: object) -> list[str]:
    rows = [row for row, _ in reader.search_lexical(question, 10, **options)]  # type: ignore[arg-type]
    ids = reader.ids_of(rows)
    return [ids[row] for row in rows]


_REPORT, _OTHER = _TEXTS


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("How did the revenues grow?", [f"{_REPORT}#1"]),
        ("CAFE", [f"{_REPORT}#1"]),
        ("cafe\u0301", [f"{_REPORT}#1"]),
        ("layers", [f"{_REPORT}#2"]),
        ("annual", [f"{_REPORT}#2", f"{_REPORT}#1"]),
        ('"flow', [f"{_REPORT}#2"]),
        ("flow* OR (", [f"{_REPORT}#2"]),
        ("text:flow", [f"{_REPORT}#2"]),
        ("what or", [f"{_OTHER}#2"]),
        ("🙂 ** \x00 -", []),
        ("", []),
    ],
)
def test_words_find_pages(reader: Reader, question: str, wanted: list[str]) -> None:
    assert _found(reader, question) == wanted


def test_stop_words_count_only_where_nothing_else_is_asked() -> None:
    assert match_expression("What is the Revenue, the revenue?") == '"revenue"'
    assert match_expression("to be or not") == '"to" OR "be" OR "or" OR "not"'


def test_weights_choose_between_text_and_context(reader: Reader) -> None:
    both = "annual boundary-layer"
    assert _found(reader, both, weights=(1.0, 0.01, 1.0))[0] == f"{_REPORT}#2"
    best = reader.search_lexical("revenue report", 4, weights=(0.01, 5.0, 1.0))
    assert best[0][1] - best[1][1] < 0.1


def test_k_below_1_is_refused(reader: Reader) -> None:
    with pytest.raises(InvalidInputError, match="k must be at least 1"):
        reader.search_lexical("revenue", 0)


@given(st.text())
def test_no_question_is_syntax(reader: Reader, question: str) -> None:
    for _, score in reader.search_lexical(question, 3):
        assert score > 0


def test_a_page_as_a_question_is_answered(reader: Reader) -> None:
    words = " ".join(f"word{number}" for number in range(5000))
    assert _found(reader, f"revenue {words}") == [f"{_REPORT}#1"]


def test_words_are_counted_as_the_index_counts_them(reader: Reader) -> None:
    assert reader.count_lexical("boundary") == 2
    assert reader.count_lexical("boundary revenue") == 3
    assert reader.count_lexical("xylophone") == 0
    # Six words, of which one is a code of two parts; three and two; five; four.
    assert reader.mean_length() == (4, (6 + 3 + 5 + 4) / 4)


def test_the_mean_length_follows_what_goes(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "c", fingerprint="made", dim=4)
    assert collection.reader().mean_length() == (0, 0.0)
    with collection.writer() as writer:
        for name, text in (("a", "one two three"), ("b", "four " * 1000)):
            draft = writer.stage(name, "x", "made", 1, {})
            page = Page(1, text, TextLayout.empty(1.0, 1.0))
            draft.add(page, _NOTHING, np.zeros((0, 2), np.int32))
            draft.finish()
    assert collection.reader().mean_length() == (2, 501.5)
    with collection.writer() as writer:
        writer.remove("b")
    assert collection.reader().mean_length() == (1, 3.0)


def test_which_of_some_rows_meet_conditions(reader: Reader) -> None:
    rows = list(reader.rows())
    assert reader.filtered(rows, "") == set(rows)
    assert reader.filtered(rows[1:], "page=2 path:reports/*") == {rows[1]}
    with pytest.raises(InvalidInputError):
        reader.filtered(rows, "page<")
