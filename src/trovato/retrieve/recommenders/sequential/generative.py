"""What comes next, written code by code: generative retrieval over semantic ids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError, Sequences
from trovato.core.shapes import Float32, Int64
from trovato.index.trie import IdTrie
from trovato.retrieve.recommenders.sequential.sasrec import SelfAttention

_NUMBERS = 1 << 22  # users × edges × components at once


@dataclass(frozen=True, slots=True, eq=False)
class GenerativeRetrieval:
    """The probability that a semantic id comes next, as the product over its codes.

    A transformer reads the items of a history as sums of the vectors of their codes. From its last
    state h and the codes so far, level l makes z = h + Σ `prefixes`, s = z + relu(z `inner` +
    `inner_bias`) `outer`, and scores s · `tables`; softmax runs over those codes that follow in the
    id of some item, so the probabilities of all items add up to 1. Items of a bucket share theirs
    by `log_shares`. It is fitted by `trovato.train.fit_generative`, and needs no torch to be used.

    Source: Rajput et al., "Recommender systems with generative retrieval" (TIGER), 2023, for ids as
    what is generated; unlike there, an item is one position of what is read, codes are decoded from
    one state without attention, and impossible codes take no probability, neither in training.

    Parameters
    ----------
    codes
        The semantic id of each item.
    sizes
        Codes of each level.
    tables
        A vector for each code of each level, for reading and for scoring.
    prefixes
        A vector for each code that has been written.
    inner, inner_bias, outer
        Of each level's feed-forward layer.
    positions, projections, layers, biases, scales, shifts, heads
        Of what reads: see `SelfAttention`.
    log_shares
        Logarithm of each item's share of its bucket, 0 for an item alone.
    ids
        Fingerprint of the semantic ids.
    """

    codes: Int64[np.ndarray, "items levels"]
    sizes: Int64[np.ndarray, " levels"]
    tables: Float32[np.ndarray, "levels codes dim"]
    prefixes: Float32[np.ndarray, "levels codes dim"]
    inner: Float32[np.ndarray, "levels dim width"]
    inner_bias: Float32[np.ndarray, "levels width"]
    outer: Float32[np.ndarray, "levels width dim"]
    positions: Float32[np.ndarray, "length_plus_1 dim"]
    projections: Float32[np.ndarray, "blocks 4 dim dim"]
    layers: Float32[np.ndarray, "blocks 2 dim dim"]
    biases: Float32[np.ndarray, "blocks 2 dim"]
    scales: Float32[np.ndarray, "norms dim"]
    shifts: Float32[np.ndarray, "norms dim"]
    log_shares: Float32[np.ndarray, " items"]
    heads: int = 1
    ids: str = ""

    @property
    def items(self) -> int:
        """How many items the catalogue has."""
        return len(self.codes)

    def trie(self) -> IdTrie:
        """The ids that there are."""
        return IdTrie.of(self.codes, tuple(self.sizes.tolist()))

    def hidden(self, histories: Sequences) -> Float32[np.ndarray, "users dim"]:
        """What is known after each history."""
        vectors = self.tables[np.arange(len(self.sizes)), self.codes].sum(axis=1)
        reader = SelfAttention(
            vectors,
            self.positions,
            self.projections,
            self.layers,
            self.biases,
            self.scales,
            self.shifts,
            self.heads,
        )
        return reader.score(histories).users

    def states(
        self,
        hidden: Float32[np.ndarray, "rows dim"],
        written: Int64[np.ndarray, "rows depth"],
    ) -> Float32[np.ndarray, "rows dim"]:
        """What the next code's vectors are compared with."""
        depth = written.shape[1]
        start = hidden + self._written(written)
        inner = np.maximum(start @ self.inner[depth] + self.inner_bias[depth], 0)
        state: Float32[np.ndarray, "rows dim"] = start + inner @ self.outer[depth]
        return state

    def next_scores(
        self,
        hidden: Float32[np.ndarray, "rows dim"],
        written: Int64[np.ndarray, "rows depth"],
    ) -> Float32[np.ndarray, "rows codes"]:
        """Scores of all codes of the next level, before the softmax."""
        depth = written.shape[1]
        table = self.tables[depth, : self.sizes[depth]]
        scores: Float32[np.ndarray, "rows codes"] = self.states(hidden, written) @ table.T
        return scores

    def _written(self, written: Int64[np.ndarray, "rows depth"]) -> Float32[np.ndarray, "rows dim"]:
        levels = np.arange(written.shape[1])
        summed: Float32[np.ndarray, "rows dim"] = self.prefixes[levels, written].sum(axis=1)
        return summed

    def score(self, histories: Sequences) -> ItemLogProbabilities:
        """The log probability of each item, exactly: no beam."""
        return ItemLogProbabilities(self, self.trie(), self.hidden(histories))


@dataclass(frozen=True, slots=True, eq=False)
class ItemLogProbabilities:
    """Log probabilities of items for a block of users, worked out for those that are asked for."""

    model: GenerativeRetrieval
    trie: IdTrie
    hidden: Float32[np.ndarray, "users dim"]

    def tile(self, first: int, last: int) -> Float32[np.ndarray, "users tile"]:
        """Of all users of the block and the items from `first` to before `last`."""
        model = self.model
        codes = model.codes[first:last]
        found = np.tile(model.log_shares[first:last], (len(self.hidden), 1))
        for level in range(codes.shape[1]):
            written, where = np.unique(codes[:, :level], axis=0, return_inverse=True)
            where = where.reshape(-1)
            order = np.argsort(where, kind="stable")
            bounds = np.searchsorted(where[order], np.arange(len(written) + 1))
            edges = _Edges.of(self.trie, written)
            for part in edges.parts(max(1, _NUMBERS // max(1, self.hidden.size))):
                scores = part.log_softmax(model, self.hidden, level)
                mine = order[bounds[part.first] : bounds[part.last]]
                places = part.places(where[mine] - part.first, codes[mine, level])
                found[:, mine] += scores[:, places]
        return found

    def pairs(
        self, users: Int64[np.ndarray, " pairs"], items: Int64[np.ndarray, " pairs"]
    ) -> Float32[np.ndarray, " pairs"]:
        """Of single users (places in the block) and items."""
        model = self.model
        found: Float32[np.ndarray, " pairs"] = model.log_shares[items].copy()
        block = max(1, _NUMBERS // int(model.sizes.max()))
        for begin in range(0, len(items), block):
            some = slice(begin, begin + block)
            codes, hidden = model.codes[items[some]], self.hidden[users[some]]
            for level in range(codes.shape[1]):
                scores = model.next_scores(hidden, codes[:, :level])
                scores[~self.trie.allowed(codes[:, :level])] = -np.inf
                scores -= scores.max(axis=1, keepdims=True)
                own = scores[np.arange(len(codes)), codes[:, level]]
                found[some] += own - np.log(np.exp(scores).sum(axis=1))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """What follows some prefixes: pairs of a prefix and a code, prefix by prefix."""

    written: Int64[np.ndarray, "prefixes depth"]
    codes: Int64[np.ndarray, " edges"]
    starts: Int64[np.ndarray, " prefixes_plus_1"]
    first: int = 0
    last: int = 0

    @staticmethod
    def of(trie: IdTrie, written: Int64[np.ndarray, "prefixes depth"]) -> _Edges:
        pairs = np.unique(np.stack(trie.children(written)), axis=1)
        starts = np.searchsorted(pairs[0], np.arange(len(written) + 1)).astype(np.int64)
        return _Edges(written, pairs[1], starts, 0, len(written))

    def parts(self, edges: int) -> list[_Edges]:
        """Runs of prefixes with about so many edges."""
        found, first = [], 0
        while first < len(self.written):
            last = int(np.searchsorted(self.starts, self.starts[first] + edges, side="right")) - 1
            last = max(last, first + 1)
            low, high = self.starts[first], self.starts[last]
            starts = self.starts[first : last + 1] - low
            part = _Edges(self.written[first:last], self.codes[low:high], starts, first, last)
            found.append(part)
            first = last
        return found

    def log_softmax(
        self, model: GenerativeRetrieval, hidden: Float32[np.ndarray, "users dim"], level: int
    ) -> Float32[np.ndarray, "users edges"]:
        """Log probability of each code after its prefix; 0 where nothing else can follow."""
        counts = np.diff(self.starts)
        found = np.zeros((len(hidden), len(self.codes)), np.float32)
        branching = np.flatnonzero(counts > 1)
        if not len(branching):
            return found
        users, dim = hidden.shape
        rows = np.repeat(hidden, len(branching), axis=0)
        written = np.tile(self.written[branching], (users, 1))
        states = model.states(rows, written).reshape(users, len(branching), dim)
        mine = np.repeat(counts > 1, counts)
        which = np.repeat(np.arange(len(branching)), counts[branching])
        vectors = model.tables[level][self.codes[mine]]
        scores = np.einsum("ued,ed->ue", states[:, which], vectors)
        begins = np.concatenate([[0], np.cumsum(counts[branching])[:-1]])
        scores -= np.maximum.reduceat(scores, begins, axis=1)[:, which]
        totals = np.add.reduceat(np.exp(scores), begins, axis=1)
        found[:, mine] = scores - np.log(totals)[:, which]
        return found

    def places(
        self, prefixes: Int64[np.ndarray, " some"], codes: Int64[np.ndarray, " some"]
    ) -> Int64[np.ndarray, " some"]:
        """Where the edges of pairs of a prefix of this part and a code are."""
        size = int(self.codes.max(initial=0)) + 1
        keys = np.repeat(np.arange(len(self.written)), np.diff(self.starts)) * size + self.codes
        found: Int64[np.ndarray, " some"] = np.searchsorted(keys, prefixes * size + codes)
        return found


def bucket_log_shares(
    codes: Int64[np.ndarray, "items levels"], counts: Int64[np.ndarray, " _"]
) -> Float32[np.ndarray, " items"]:
    """Logarithm of each item's share of its bucket's clicks, one more than were seen for each.

    Raises
    ------
    InvalidInputError
        If there is not one count for each item.
    """
    if len(codes) != len(counts):
        raise InvalidInputError(f"wanted {len(codes)} counts, one an item, got {len(counts)}")
    _, buckets = np.unique(codes, axis=0, return_inverse=True)
    weights = counts + 1.0
    totals = np.bincount(buckets.reshape(-1), weights)
    shares: Float32[np.ndarray, " items"] = np.log(weights / totals[buckets.reshape(-1)]).astype(
        np.float32
    )
    return shares
