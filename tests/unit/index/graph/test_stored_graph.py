"""The graph that a collection holds: the same as in arrays, after whatever happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError, Item, Link, generator
from trovato.index import Collection
from trovato.index.graph import Direction, Graph, LayeredGraph, Level, StoredGraph
from trovato.library import index_components
from trovato.testing import WordEncoder

ENCODER = WordEncoder(8)
LEVELS: list[Level] = ["part", "component"]
DIRECTIONS: list[Direction] = ["out", "both"]


def random_documents(seed: int, count: int) -> list[list[Item]]:
    """Sections, paragraphs with sentences, tables with rows, and links to all of them."""
    draw = generator(seed, "documents")
    trees: list[list[Item]] = []
    for number in range(count):
        root = f"d{number}"
        tree = [Item(root, str(draw.choice(["document", "note"])), "d")]
        for part in range(int(draw.integers(0, 4))):
            kind = str(draw.choice(["paragraph", "table", "section"]))
            above = Item(f"{root}.c{part}", kind, "c", parent=root, order=part)
            tree.append(above)
            inner = {"paragraph": "sentence", "table": "row", "section": "paragraph"}[kind]
            tree += [
                Item(f"{above.id}.{place}", inner, "p", parent=above.id, order=place)
                for place in range(int(draw.integers(0, 4)))
            ]
        trees.append(tree)
    names = [item.id for tree in trees for item in tree] + ["nowhere"]

    def linked(item: Item) -> Item:
        targets = draw.choice(names, int(draw.integers(0, 3)))
        links = tuple(Link(str(target)) for target in targets)
        return Item(
            item.id, item.kind, item.text, parent=item.parent, order=item.order, links=links
        )

    return [[linked(item) for item in tree] for tree in trees]


def collection_of(place: Path, documents: Sequence[list[Item]]) -> Collection:
    collection = Collection.create(place, fingerprint=ENCODER.fingerprint, dim=ENCODER.dim)
    index_components(collection, ENCODER, [item for tree in documents for item in tree])
    return collection


def told(graph: Graph, nodes: Sequence[int]) -> dict[str, object]:
    """All that a graph says of its nodes, by id."""
    places = np.array(nodes, np.int64)
    names, found = graph.names_of(places), {}
    for direction in DIRECTIONS:
        for most in (2, 1000):
            at, targets = graph.neighbours(places, direction, most)
            pairs = zip(at.tolist(), graph.names_of(targets), strict=True)
            found[f"{direction} {most}"] = sorted((names[one], other) for one, other in pairs)
    linked = [
        (graph.names_of(np.array([one]))[0], graph.names_of(np.array([other]))[0])
        for one in nodes
        for other in nodes
        if graph.are_linked(one, other)
    ]
    return found | {
        "nodes": names,
        "children": graph.children_of(places),
        "components": graph.components_of(places),
        "documents": graph.documents_of(places),
        "groups": [graph.groups_of(node) for node in nodes],
        "linked": linked,
    }


def all_nodes(graph: StoredGraph, collection: Collection) -> list[int]:
    with collection.reader() as reader:
        nodes = {node for row in reader.rows() if (node := graph.node_of(row)) is not None}
    return [int(node) for node in graph.in_id_order(np.array(list(nodes), np.int64))]


def check_same(collection: Collection, level: Level) -> None:
    arrays = LayeredGraph.of(collection, level)
    with collection.reader() as reader:
        stored = reader.graph(level)
        found = told(stored, all_nodes(stored, collection))
    assert found == told(arrays, range(len(arrays)))


@pytest.mark.parametrize("level", LEVELS)
def test_it_is_the_graph_of_the_same_items_in_arrays(tmp_path: Path, level: Level) -> None:
    for seed in range(2):
        check_same(collection_of(tmp_path / f"{seed}", random_documents(seed, 8)), level)


@pytest.mark.parametrize("level", LEVELS)
def test_changes_give_what_a_new_collection_gives(tmp_path: Path, level: Level) -> None:
    documents, others = random_documents(7, 8), random_documents(8, 8)
    changed = collection_of(tmp_path / "changed", documents[::-1])
    with changed.writer() as writer:
        writer.remove("d3")
    index_components(changed, ENCODER, [item for tree in others[:3] for item in tree])
    with changed.writer() as writer:
        writer.compact()
    check_same(changed, level)
    left = others[:3] + [tree for tree in documents[3:] if tree[0].id != "d3"]
    fresh = collection_of(tmp_path / "fresh", left)
    found = []
    for collection in (Collection.open(tmp_path / "changed"), fresh):
        with collection.reader() as reader:
            graph = reader.graph(level)
            found.append(told(graph, all_nodes(graph, collection)))
    assert found[0] == found[1]


def test_a_view_sees_one_state(tmp_path: Path) -> None:
    lyn = Item("lyn", "note", "x", links=(Link("ole"),))
    collection = collection_of(tmp_path / "c", [[lyn]])
    with collection.reader() as before:
        index_components(collection, ENCODER, [Item("ole", "note", "x")])
        for reader, targets in ((before, []), (collection.reader(), ["ole"])):
            graph = reader.graph()
            node = np.array([reader.row_of("lyn")])
            _, found = graph.neighbours(node)
            assert graph.names_of(found) == targets


def test_documents_may_lie_below_items_of_others(tmp_path: Path) -> None:
    collection = collection_of(tmp_path / "c", [])
    with collection.writer() as writer:
        for item in (
            Item("book", "document", "x"),
            Item("one", "chapter", "x", parent="book"),
            Item("two", "chapter", "x", parent="book", links=(Link("book"), Link("one"))),
        ):
            draft = writer.stage(item.id, item.id, item.kind, 1, item.attributes, whole=True)
            draft.add_item(item)
            draft.finish()
    check_same(collection, "part")


def test_only_what_is_met_is_read(tmp_path: Path) -> None:
    chain = [Item(f"n{n}", "note", "x", links=(Link(f"n{n + 1}"),)) for n in range(50)]
    collection = collection_of(tmp_path / "c", [[item] for item in chain])
    with collection.reader() as reader:
        statements: list[str] = []
        reader._connection.set_trace_callback(statements.append)
        graph = reader.graph()
        graph.neighbours(np.array([reader.row_of("n7")]), "both")
        few = len(statements)
        graph.neighbours(np.array([reader.row_of(f"n{n}") for n in range(10, 40)]), "both")
    assert few * 5 < len(statements)


def test_an_unknown_level_is_refused(tmp_path: Path, unchecked: None) -> None:
    with (
        collection_of(tmp_path / "c", []).reader() as reader,
        pytest.raises(InvalidInputError, match="'part' or 'component'"),
    ):
        reader.graph("row")  # type: ignore[arg-type]
