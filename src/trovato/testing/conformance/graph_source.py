"""The laws of what holds a graph's words and vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trovato.core import InvalidInputError, Query
from trovato.retrieve.multi_hop import GraphSource


def check_graph_source(source: GraphSource, questions: Sequence[str], depth: int = 5) -> None:
    """Assert what every source of a graph promises.

    Parameters
    ----------
    source
        What is tested.
    questions
        In words; at least one has candidates.
    depth
        How many candidates are asked for.

    Raises
    ------
    AssertionError
        If an item does not come back under its id, candidates do
        not rise by id, counts or cosines depend on what is asked for beside them, a cosine
        is out of range, or an absent id is not refused.
    """
    graph = source.graph
    found = 0
    for question in questions:
        words = question.casefold().split()
        vectors = source.encoder.encode_query(question).values
        candidates = source.candidates(words, vectors, depth)
        found += len(candidates)
        own = graph.names_of(candidates)
        assert own == sorted(set(own)), "candidates must rise by id, each once"
        assert source.allowed(candidates, Query("x")).all(), "without conditions all are allowed"
        names = [name for children in graph.children_of(candidates) for name in children]
        assert [item.id for item in source.items(names)] == names, "an item under another id"
        about = source.statistics(words)
        assert len(about.frequencies) == len(words), "one frequency for each word"
        assert (about.frequencies <= about.total).all(), "more items with a word than items"
        counts, lengths = source.word_counts(names, words)
        assert (counts.sum(axis=1) <= lengths).all() or len(set(words)) < len(words)
        cosines = source.similarities(names, vectors)
        assert np.abs(cosines).max(initial=0) <= 1.01, "a cosine beyond 1"
        for place in range(0, len(names), 1 + len(names) // 5):
            alone = [names[place]]
            assert (source.word_counts(alone, words)[0] == counts[place]).all()
            assert np.allclose(source.similarities(alone, vectors), cosines[place], atol=1e-5)
    assert found, "no question has a candidate: nothing was tested"
    try:
        source.items(["no such item"])
    except InvalidInputError:
        return
    raise AssertionError("an absent id is not refused")
