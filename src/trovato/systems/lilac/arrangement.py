"""LILaC as an arrangement: the paper's settings over a library of components."""

from __future__ import annotations

from trovato.library import Library, multi_hop_retriever
from trovato.retrieve.multi_hop import HopSettings, MultiHopRetriever

# Section 4.1: b = 30, one iteration; links are followed as they stand; vectors alone.
SETTINGS = HopSettings(beam=30, hops=1, direction="out", seeds="coarse", lexical_weight=0.0)


def build(library: Library, settings: HopSettings = SETTINGS) -> MultiHopRetriever:
    """The paper's search over a library: components as nodes, their sentences and rows below.

    Give `retrieve` the sub-questions, of a language model or of
    `trovato.retrieve.multi_hop.decompose`: the paper scores edges by them.

    Parameters
    ----------
    library
        Filled by `trovato.library.index_components` with `level="component"`.
    settings
        The paper's, unless others are given.

    Raises
    ------
    InvalidInputError
        If the library is empty.
    """
    return multi_hop_retriever(library, settings, "component")
