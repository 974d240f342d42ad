"""Documents, their parts and their links as a graph: in arrays, or as a collection holds them."""

from trovato.index.graph.graph import Direction, Graph, Level
from trovato.index.graph.layered_graph import LayeredGraph
from trovato.index.graph.stored_graph import StoredGraph

__all__ = ["Direction", "Graph", "LayeredGraph", "Level", "StoredGraph"]
