"""A library whose documents are trees, searched along their links."""

from __future__ import annotations

from trovato.index.graph import LayeredGraph, Level
from trovato.library.library import Library
from trovato.retrieve.multi_hop import CollectionSource, HopSettings, MultiHopRetriever


def multi_hop_retriever(
    library: Library, settings: HopSettings = HopSettings(), level: Level = "part"
) -> MultiHopRetriever:
    """What searches a library along its links, as it is now.

    Ids and links of all items are read once, so ask one retriever many questions.

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
