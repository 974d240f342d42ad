"""A library whose documents are trees, searched along their links."""

from __future__ import annotations

from trovato.core import Item, PathEvidence, Ranking
from trovato.index.graph import LayeredGraph, Level
from trovato.library.library import Library
from trovato.retrieve.multi_hop import CollectionSource, HopSettings, MultiHopRetriever


def multi_hop_retriever(
    library: Library, settings: HopSettings = HopSettings(), level: Level = "part"
) -> MultiHopRetriever:
    """What searches a library along its links, as it is now.

    It reads what a question meets, and keeps it for the next one.

    Parameters
    ----------
    library
        Filled by `index_components`; pages and items without links are found as well.
    settings
        How links are walked.
    level
        See `trovato.index.graph.LayeredGraph.of`.

    Raises
    ------
    InvalidInputError
        If the library is empty.
    """
    source = CollectionSource(library.collection.reader(), library.encoder, level)
    return MultiHopRetriever(source, settings)


def graph_of(library: Library, level: Level = "part") -> LayeredGraph:
    """The graph of all items of a library."""
    return LayeredGraph.of(library, level)


def items_on_paths(library: Library, ranking: Ranking) -> list[Item]:
    """What stands on the paths of a ranking, each once, best first: of a table only its rows.

    A hit without a path stands for itself. What has been removed meanwhile is left out.

    Parameters
    ----------
    library
        That the ranking is of.
    ranking
        Such as a `MultiHopRetriever` makes it.
    """
    items = {hit.item.id: hit.item for hit in ranking}
    names = dict.fromkeys(
        name
        for hit in ranking
        for name in (
            [step.item for step in hit.evidence.steps]
            if isinstance(hit.evidence, PathEvidence)
            else [hit.item.id]
        )
    )
    with library.collection.reader() as reader:
        for name in names:
            if name not in items and reader.has(name):
                items[name] = reader.item(reader.row_of(name))
    return [items[name] for name in names if name in items]
