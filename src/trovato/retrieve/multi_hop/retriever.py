"""Search by walking: what a question needs may lie behind a link.

Source: LILaC (Yun, Lee and Han 2025, algorithm 1), with the decisions of docs/systems/lilac.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from trovato.core import InvalidInputError, Query, Ranking, check_many
from trovato.core.shapes import Float32, Int64
from trovato.index.graph import Direction
from trovato.ops import top_k
from trovato.ops.graph import Units, beam_search
from trovato.retrieve.multi_hop.columns import QuestionColumns
from trovato.retrieve.multi_hop.paths import path_evidence
from trovato.retrieve.multi_hop.source import GraphSource

Seeds = Literal["coarse", "fine", "union"]

# Texts that are looked at for seeds, by vectors and by words.
_CANDIDATES = 200

# Edges that are put in order together.
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class HopSettings:
    """How a question is walked.

    Parameters
    ----------
    beam
        Nodes to start from, and edges and nodes that are kept at each hop.
    hops
        How often links are followed; 0 ranks items by themselves.
    direction
        "both" also follows links backwards; "out", as in the paper, does not.
    seeds
        Start from what meets the whole question ("coarse"), from what meets its parts ("fine"), or
        from the best of both by turns.
    lexical_weight
        Share of the words against the vectors, 0…1.
    per_node
        At most so many found edges share their better end; None for no limit.
    per_document
        At most so many components of one document are found; None for no limit.

    Raises
    ------
    InvalidInputError
        If a number is out of range, or a word unknown.
    """

    beam: int = 30
    hops: int = 1
    direction: Direction = "both"
    seeds: Seeds = "coarse"
    lexical_weight: float = 0.5
    per_node: int | None = None
    per_document: int | None = None

    def __post_init__(self) -> None:
        for name in ("direction", "seeds"):
            kinds = get_args({"direction": Direction, "seeds": Seeds}[name])
            if getattr(self, name) not in kinds:
                raise InvalidInputError(
                    f"{name} must be one of {kinds}, got {getattr(self, name)!r}"
                )
        if self.per_document is not None and self.per_document < 1:
            raise InvalidInputError(f"per_document must be at least 1, got {self.per_document}")
        if not 1 <= self.beam <= _CANDIDATES:
            raise InvalidInputError(f"beam must be in 1…{_CANDIDATES}, got {self.beam}")


class MultiHopRetriever:
    """Ranks components by the best edge that they are an end of, and shows the path to each.

    A `trovato.core.Retriever`. What no edge leads to follows, by its own score.

    Parameters
    ----------
    source
        The graph, and what speaks for its nodes.
    settings
        How it is walked.
    """

    def __init__(self, source: GraphSource, settings: HopSettings = HopSettings()) -> None:
        self._source = source
        self._settings = settings

    def retrieve(self, query: Query, k: int, *, subqueries: Sequence[str] = ()) -> Ranking:
        """The best `k` components, with the path that led to each.

        Scores fall strictly: within an edge the end where the link stands comes first, just above
        the other.

        Parameters
        ----------
        query
            The question, and conditions that seeds and what they lead to must meet.
        k
            At most so many hits.
        subqueries
            Questions that it is made of: an edge's score is then the paper's, the sum over them of
            the best item at either end. Without them each word and token is met by its best end.

        Raises
        ------
        InvalidInputError
            If `k` is below 1, or the question is blank.
        """
        check_many("subqueries", subqueries)
        if k < 1:
            raise InvalidInputError(f"k must be at least 1, got {k}")
        if not query.text.strip():
            raise InvalidInputError("the question is blank; ask with at least one word")
        chosen = self._settings
        columns = QuestionColumns(
            self._source, query.text, subqueries, lexical_weight=chosen.lexical_weight
        )
        seeds = self._seeds(query, columns)

        def neighbours(
            nodes: Int64[np.ndarray, " nodes"], /
        ) -> tuple[Int64[np.ndarray, " edges"], Int64[np.ndarray, " edges"]]:
            places, targets = self._source.graph.neighbours(nodes, chosen.direction)
            kept = self._source.allowed(targets, query)
            return places[kept], targets[kept]

        units = beam_search(
            seeds,
            neighbours,
            columns,
            beam=chosen.beam,
            hops=chosen.hops,
            per_node=chosen.per_node,
        )
        return self._ranking(units, seeds, columns, k)

    def _seeds(self, query: Query, columns: QuestionColumns) -> Int64[np.ndarray, " seeds"]:
        """The best nodes by themselves, in the order in which they start."""
        part = columns.whole
        nodes = self._source.candidates(part.words, part.vectors.values, _CANDIDATES)
        nodes = np.asarray(nodes[self._source.allowed(nodes, query)])
        if not len(nodes):
            return nodes
        coarse = self._best(nodes, columns.coarse(nodes))
        if self._settings.seeds == "coarse":
            return coarse
        fine = self._best(nodes, columns(nodes).max(axis=1))
        if self._settings.seeds == "fine":
            return fine
        turns = np.stack([coarse, fine], axis=1).ravel().tolist()
        return np.array(list(dict.fromkeys(turns))[: self._settings.beam], np.int64)

    def _best(
        self, nodes: Int64[np.ndarray, " nodes"], scores: Float32[np.ndarray, " nodes"]
    ) -> Int64[np.ndarray, " best"]:
        """The nodes to start from, by falling score, ties by their order."""
        best: Int64[np.ndarray, " best"] = nodes[
            top_k(scores, list(range(len(nodes))), self._settings.beam)
        ]
        return best

    def _ranking(
        self, units: Units, seeds: Int64[np.ndarray, " seeds"], columns: QuestionColumns, k: int
    ) -> Ranking:
        graph = self._source.graph
        found: dict[int, tuple[float, tuple[int, ...]]] = {}
        per_document: dict[int, int] = {}
        last = np.inf
        for score, way in self._ways(units, seeds, columns):
            for node in way:
                component, document = int(graph.component[node]), int(graph.document[node])
                taken = per_document.get(document, 0)
                if component in found or taken == self._settings.per_document or len(found) == k:
                    continue
                per_document[document] = taken + 1
                last = min(score, float(np.nextafter(last, -np.inf)))
                found[component] = last, way
            if len(found) == k:
                break
        items = self._source.items([graph.groups[component] for component in found])
        return Ranking.of(
            (item, score, path_evidence(self._source, columns, way, item.id))
            for item, (score, way) in zip(items, found.values(), strict=True)
        )

    def _ways(
        self, units: Units, seeds: Int64[np.ndarray, " seeds"], columns: QuestionColumns
    ) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Edges and nodes with their scores, best first, then the seeds by themselves."""
        for start in range(0, len(units), _BLOCK):
            block = slice(start, start + _BLOCK)
            first, second = units.first[block], units.second[block]
            nodes = np.unique(np.append(first, second))
            own = dict(zip(nodes.tolist(), columns.coarse(nodes).tolist(), strict=True))
            ends = zip(first.tolist(), second.tolist(), strict=True)
            for score, (one, other) in zip(units.scores[block].tolist(), ends, strict=True):
                yield score, self._ordered(one, other, own) if one != other else (one,)
        scores = columns(seeds).sum(axis=1)
        for place in top_k(scores, list(range(len(seeds))), len(seeds)).tolist():
            yield float(scores[place]), (int(seeds[place]),)

    def _ordered(self, one: int, other: int, own: dict[int, float]) -> tuple[int, int]:
        """First where the link stands; where that is both or none, what meets the question more."""
        graph = self._source.graph
        there, back = graph.are_linked(one, other), graph.are_linked(other, one)
        if there == back:
            there = own[one] >= own[other]
        return (one, other) if there else (other, one)
