"""Search by walking: what a question needs may lie behind a link.

Source: LILaC (Yun, Lee and Han 2025, algorithm 1), with the decisions of docs/systems/lilac.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from trovato.core import InvalidInputError, PathEvidence, Query, Ranking, check_many
from trovato.core.shapes import Float32, Int64
from trovato.ops import top_k
from trovato.ops.graph import Units, beam_search
from trovato.retrieve.multi_hop.bridges import Bridges
from trovato.retrieve.multi_hop.chains import Chain, best_chain, has_slots
from trovato.retrieve.multi_hop.columns import QuestionColumns
from trovato.retrieve.multi_hop.paths import path_evidence
from trovato.retrieve.multi_hop.settings import CANDIDATES, HopSettings
from trovato.retrieve.multi_hop.source import GraphSource

# Edges that are put in order together.
_BLOCK = 64


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
            `#1` in one stands for what the first one finds: names fill it, and the items that they
            were found in come first, before what the whole question leads to.

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
        chain = Chain()
        if has_slots(subqueries):
            chain = best_chain(self._source, query.text, subqueries)
            subqueries = ()
        columns = QuestionColumns(
            self._source, query.text, subqueries, chosen.lexical_weight, chosen.picture_weight
        )
        seeds = self._seeds(query, columns)
        bridges = Bridges(self._source, query.text, chosen.bridges)

        def neighbours(
            nodes: Int64[np.ndarray, " nodes"], /
        ) -> tuple[Int64[np.ndarray, " edges"], Int64[np.ndarray, " edges"]]:
            places, targets = self._source.graph.neighbours(nodes, chosen.direction)
            if chosen.bridges:
                across, named = bridges.neighbours(nodes)
                places, targets = np.append(places, across), np.append(targets, named)
            kept = self._source.allowed(targets, query)
            return places[kept], targets[kept]

        units = beam_search(
            seeds,
            neighbours,
            columns,
            beam=chosen.beam,
            hops=chosen.hops,
            per_node=chosen.per_node,
            in_order=self._source.graph.in_id_order,
        )
        return self._ranking(units, seeds, columns, self._permitted(chain, query), k)

    def _permitted(self, chain: Chain, query: Query) -> Chain:
        """The chain, where all of its nodes meet the query's conditions."""
        nodes = np.array(chain.nodes, np.int64)
        return chain if self._source.allowed(nodes, query).all() else Chain()

    def _seeds(self, query: Query, columns: QuestionColumns) -> Int64[np.ndarray, " seeds"]:
        """The best nodes by themselves, in the order in which they start."""
        part = columns.whole
        nodes = self._source.candidates(part.words, part.vectors.values, CANDIDATES)
        if self._settings.picture_weight:
            seen = self._source.picture_candidates(part.text, self._settings.beam)
            nodes = self._source.graph.in_id_order(np.union1d(nodes, seen))
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
        self,
        units: Units,
        seeds: Int64[np.ndarray, " seeds"],
        columns: QuestionColumns,
        chain: Chain,
        k: int,
    ) -> Ranking:
        graph = self._source.graph
        found: dict[str, tuple[float, tuple[int, ...]]] = {}
        per_document: dict[str, int] = {}
        last = np.inf
        ways = self._ways(units, seeds, columns)
        if chain.nodes:
            best = float(units.scores[0]) if len(units) else 0.0
            ways = itertools.chain([(best, tuple(dict.fromkeys(chain.nodes)))], ways)
        for score, way in ways:
            nodes = np.array(way, np.int64)
            ends = zip(graph.components_of(nodes), graph.documents_of(nodes), strict=True)
            for component, document in ends:
                taken = per_document.get(document, 0)
                if component in found or taken == self._settings.per_document or len(found) == k:
                    continue
                per_document[document] = taken + 1
                last = min(score, float(np.nextafter(last, -np.inf)))
                found[component] = last, way
            if len(found) == k:
                break
        items = self._source.items(list(found))
        return Ranking.of(
            (item, score, self._evidence(_walked(way, units), columns, chain, item.id))
            for item, (score, way) in zip(items, found.values(), strict=True)
        )

    def _evidence(
        self, way: tuple[int, ...], columns: QuestionColumns, chain: Chain, found: str
    ) -> PathEvidence:
        evidence = path_evidence(self._source, columns, way, found)
        return replace(evidence, subqueries=chain.subqueries or evidence.subqueries)

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


def _walked(way: tuple[int, ...], units: Units) -> tuple[int, ...]:
    """A found edge after the nodes from which the walk came to it."""
    for order in (way, way[::-1]):
        before: list[int] = []
        node = order[0]
        while (node := units.origins.get(node, -1)) >= 0 and node not in way:
            before.insert(0, node)
        if before:
            return (*before, *order)
    return way
