from pathlib import Path

import pytest

from trovato.core import Item
from trovato.data.components import Cell, paragraph_items, table_items
from trovato.index import Collection
from trovato.index.graph import Level
from trovato.library import index_components
from trovato.retrieve.multi_hop import CollectionSource, GraphSource, MemorySource
from trovato.testing import WordEncoder, check_graph_source

ITEMS = [
    Item("lyn", "document", "Lyn"),
    *table_items("lyn.t", [Cell("Year")], [[Cell("1911")], [Cell("1912")]], parent="lyn"),
    *paragraph_items("lyn.p", "Lyn won. It was old. Lyn lost.", parent="lyn", order=1),
    Item("note", "note", "A note on 1911."),
]
QUESTIONS = ["lyn 1911", "old note", "xylophone"]


@pytest.mark.parametrize("level", ["part", "component"])
def test_the_laws_of_a_graph_source(tmp_path: Path, level: Level) -> None:
    encoder = WordEncoder(16)
    collection = Collection.create(tmp_path / "c", fingerprint=encoder.fingerprint, dim=encoder.dim)
    index_components(collection, encoder, ITEMS, level=level)
    sources: list[GraphSource] = [
        MemorySource(ITEMS, encoder, level),
        CollectionSource(collection.reader(), encoder, level),
    ]
    for source in sources:
        check_graph_source(source, QUESTIONS)


def test_a_source_that_forgets_is_caught() -> None:
    class Forgets(MemorySource):
        def candidates(self, words, vectors, depth):  # type: ignore[no-untyped-def]
            return super().candidates(words, vectors, depth)[::-1]

    with pytest.raises(AssertionError, match="must rise"):
        check_graph_source(Forgets(ITEMS, WordEncoder(16)), QUESTIONS)
