"""Documents, their parts and their links as a graph of arrays."""

from trovato.index.graph.layered_graph import Direction, LayeredGraph, Level

__all__ = ["Direction", "LayeredGraph", "Level"]
