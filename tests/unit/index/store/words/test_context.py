"""What pages are found by that is not among their words: captions, and printed numbers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Attribute, Page, TextLayout
from trovato.index import Collection
from trovato.ops import Int8Vectors

_NOTHING = Int8Vectors(np.zeros((0, 4), np.int8), np.zeros(0, np.float32))
_PAGES: list[tuple[str, dict[str, Attribute]]] = [
    ("As Figure 2 shows, shares fell.", {"label": "xii"}),
    ("Figure 2: shares of the funds, fallen by the end of the year, in each quarter", {}),
    ("Nothing of all that here.", {"label": "A-7"}),
    *[(f"Other things, {number} of them.", {}) for number in range(6)],
]


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    folder: Path = tmp_path_factory.mktemp("context") / "made"
    made = Collection.create(folder, fingerprint="made", dim=4)
    with made.writer() as writer:
        draft = writer.stage("old.pdf", "x", "made", 1, {})
        for number, (text, attributes) in enumerate(_PAGES, start=1):
            page = Page(number, text, TextLayout.empty(1.0, 1.0), attributes)
            draft.add(page, _NOTHING, None)
        draft.finish()
    yield made
    made.close()


def first(collection: Collection, question: str) -> str:
    with collection.reader() as reader:
        row, _ = reader.search_lexical(question, 1)[0]
        return reader.ids_of([row])[row].partition("#")[2]


@pytest.mark.parametrize(
    ("question", "page"),
    [("figure 2", "2"), ("page xii", "1"), ("page A-7", "3"), ("page two", "2")],
)
def test_captions_and_labels(collection: Collection, question: str, page: str) -> None:
    assert first(collection, question) == page


def test_they_stay_under_another_name(collection: Collection) -> None:
    with collection.writer() as writer:
        assert writer.rename("old.pdf", "new.pdf", {})
    assert first(collection, "figure 2") == "2"
    assert first(collection, "page xii") == "1"
