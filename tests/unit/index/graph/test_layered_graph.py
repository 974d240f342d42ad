"""Which nodes there are, and what each is linked to."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError, Item, Link, generator
from trovato.data.components import Cell, paragraph_items, table_items
from trovato.index.graph import Direction, LayeredGraph, Level

LYN = [
    Item("lyn", "document", "Lyn"),
    *table_items(
        "lyn.t",
        [Cell("Year"), Cell("Coach")],
        [[Cell("1911"), Cell("Ole", ("ole",))], [Cell("1912"), Cell("Per", ("per",))]],
        parent="lyn",
    ),
    *paragraph_items("lyn.p", "It is old. It won.", parent="lyn", order=1),
]
OLE = [
    Item("ole", "document", "Ole Moe"),
    *paragraph_items(
        "ole.p", "He led Lyn.", parent="ole", links=[Link("lyn.t.r1", "Lyn", (7, 10))]
    ),
    *paragraph_items("ole.q", "He died.", parent="ole", order=1),
]
NOTE = Item("note", "note", "Nobody links here.")


def edges(
    graph: LayeredGraph, name: str, direction: Direction = "out", most: int = 1000
) -> set[str]:
    place = np.array([graph.nodes.index(name)])
    _, targets = graph.neighbours(place, direction, most)
    return {graph.nodes[target] for target in targets.tolist()}


def test_rows_are_nodes_and_speak_for_themselves() -> None:
    graph = LayeredGraph.of([*LYN, *OLE, NOTE])
    assert graph.nodes == ("lyn.p", "lyn.t.r1", "lyn.t.r2", "note", "ole.p", "ole.q")
    assert graph.children[0] == ("lyn.p",)
    assert [graph.groups[group] for group in graph.component.tolist()] == [
        "lyn.p",
        "lyn.t",
        "lyn.t",
        "note",
        "ole.p",
        "ole.q",
    ]
    assert graph.groups[int(graph.document[1])] == "lyn"


def test_a_row_is_linked_to_the_rest_of_its_document_and_all_of_the_other() -> None:
    graph = LayeredGraph.of([*LYN, *OLE, NOTE])
    assert edges(graph, "lyn.t.r1") == {"lyn.p", "ole.p", "ole.q"}
    assert edges(graph, "lyn.t.r2") == {"lyn.p"}
    assert edges(graph, "ole.p") == {"ole.q", "lyn.t.r1"}
    assert edges(graph, "note") == set()
    assert edges(graph, "ole.q") == {"ole.p"}
    assert edges(graph, "ole.q", "both") == {"ole.p", "lyn.t.r1"}
    assert graph.are_linked(1, 4)
    assert not graph.are_linked(4, 2)


def test_components_are_nodes_as_in_the_paper() -> None:
    graph = LayeredGraph.of([*LYN, *OLE, NOTE], "component")
    assert graph.nodes == ("lyn.p", "lyn.t", "note", "ole.p", "ole.q")
    assert graph.children[:3] == (("lyn.p.s1", "lyn.p.s2"), ("lyn.t.r1", "lyn.t.r2"), ("note",))
    assert edges(graph, "lyn.t") == {"lyn.p", "ole.p", "ole.q"}
    assert edges(graph, "ole.p") == {"ole.q", "lyn.t"}


def test_a_link_heals_when_its_target_comes() -> None:
    alone = LayeredGraph.of(LYN)
    assert alone.dangling == (("lyn.t.r1", "ole"), ("lyn.t.r2", "per"))
    assert edges(alone, "lyn.t.r1") == {"lyn.p"}
    assert LayeredGraph.of([*LYN, *OLE]).dangling == (("lyn.t.r2", "per"),)


def test_a_list_of_everything_follows_its_first_links() -> None:
    notes = [Item(f"n{n}", "note", "x") for n in range(9)]
    everything = Item("all", "note", "x", links=tuple(Link(note.id) for note in notes))
    graph = LayeredGraph.of([everything, *notes])
    assert edges(graph, "all", most=3) == {"n0", "n1", "n2"}


@pytest.mark.parametrize("level", ["part", "component"])
def test_the_order_of_items_changes_nothing(level: Level) -> None:
    items = [*LYN, *OLE, NOTE]
    graph = LayeredGraph.of(items, level)
    places = np.arange(len(graph))
    for seed in range(5):
        order = generator(seed, "order").permutation(len(items))
        again = LayeredGraph.of([items[place] for place in order], level)
        assert (again.nodes, again.children) == (graph.nodes, graph.children)
        for direction in ("out", "both"):
            for one, other in zip(
                graph.neighbours(places, direction),
                again.neighbours(places, direction),
                strict=True,
            ):
                assert one.tolist() == other.tolist()


def test_what_makes_no_tree_is_refused(unchecked: None) -> None:
    with pytest.raises(InvalidInputError, match="two items are called"):
        LayeredGraph.of([NOTE, NOTE])
    circle = [Item("a", "note", parent="b"), Item("b", "note", parent="a")]
    with pytest.raises(InvalidInputError, match="part of its own part"):
        LayeredGraph.of([*circle, Item("c", "row", parent="a")])
    with pytest.raises(InvalidInputError, match="'part' or 'component'"):
        LayeredGraph.of([NOTE], "row")  # type: ignore[arg-type]
