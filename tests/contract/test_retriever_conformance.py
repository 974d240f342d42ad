from pathlib import Path
from typing import get_args

import pytest

from trovato.core import InvalidInputError, Item, Query
from trovato.library import Library, Mode
from trovato.testing.conformance.retriever import check_retriever
from trovato.testing.models.word_encoder import WordEncoder

TEXTS = {
    "harbour.txt": "The harbour opened in 1871.\nShips unload timber and salt at the long quay.",
    "orchard.txt": "Apples ripen in September. The orchard sells cider and timber boxes.",
    "school.txt": "The school teaches navigation, salt chemistry and bookkeeping.",
    "twin-a.txt": "A page that says the same thing.",
    "twin-b.txt": "The same thing says that a page.",
    "twin-c.txt": "A page that says the same thing.",
    "empty.txt": "",
}
QUERIES = [
    Query("Where do ships unload timber?"),
    Query("salt"),
    Query("says the same thing"),
    Query("nothing that any page has: xylophone"),
    Query("timber", filter="path:o*"),
    Query('" OR NEAR( * AND'),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library.create(tmp_path_factory.mktemp("laws") / "c", encoder=WordEncoder())
    library.add_items(Item(name, "text", text) for name, text in TEXTS.items())
    return library


@pytest.mark.parametrize("mode", get_args(Mode))
def test_the_laws_of_a_retriever(library: Library, mode: Mode) -> None:
    check_retriever(library.retriever(mode), QUERIES, set(TEXTS), k=3)


@pytest.mark.parametrize("mode", get_args(Mode))
def test_equal_pages_are_ordered_by_id(library: Library, mode: Mode) -> None:
    ranking = library.search("says the same thing", k=3, mode=mode)
    assert ranking.ids[:2] == ("twin-a.txt", "twin-b.txt")
    assert [hit.copies for hit in ranking][:2] == [("twin-c.txt",), ()]
    assert ranking[0].score == pytest.approx(ranking[1].score)


@pytest.mark.parametrize("mode", get_args(Mode))
def test_a_condition_holds_for_every_hit(library: Library, mode: Mode) -> None:
    ranking = library.search("timber salt", mode=mode, filter="path:school*")
    assert ranking.ids == ("school.txt",)


def test_a_blank_question_is_refused(library: Library) -> None:
    with pytest.raises(InvalidInputError, match="blank"):
        library.search("  ")


def test_a_folder_that_is_no_collection_is_refused(tmp_path: Path) -> None:
    from trovato.core import CollectionNotFoundError

    with pytest.raises(CollectionNotFoundError):
        Library.open(tmp_path / "none", encoder=WordEncoder())
