"""Graphs as arrays: adjacency, scores of edges, and walks along them."""

from trovato.ops.graph.adjacency import Adjacency
from trovato.ops.graph.edges import Units, edge_scores, edge_units, segment_max
from trovato.ops.graph.walk import Neighbours, NodeOrder, NodeScores, beam_search

__all__ = [
    "Adjacency",
    "Neighbours",
    "NodeOrder",
    "NodeScores",
    "Units",
    "beam_search",
    "edge_scores",
    "edge_units",
    "segment_max",
]
