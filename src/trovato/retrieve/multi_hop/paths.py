"""The steps of a walk, in words."""

from __future__ import annotations

import numpy as np

from trovato.core import Item, PathEvidence, PathStep
from trovato.index.graph import Graph
from trovato.ops import names_in
from trovato.retrieve.multi_hop.columns import QuestionColumns
from trovato.retrieve.multi_hop.source import GraphSource

# Characters of a text that are shown.
_SNIPPET = 300


def path_evidence(
    source: GraphSource, columns: QuestionColumns, way: tuple[int, ...], found: str
) -> PathEvidence:
    """What each step met, and the words of the links between them.

    Parameters
    ----------
    source, columns
        Where the nodes are, and what the question is.
    way
        Nodes in the order in which they were walked; the edge that was scored comes last.
    found
        Id of the component that this is the reason for.
    """
    graph = source.graph
    nodes = np.array(way, np.int64)
    values = columns(nodes)
    own = columns.coarse(nodes).tolist()
    best = values.argmax(axis=0)
    labels = columns.labels
    items, components = source.items(graph.names_of(nodes)), graph.components_of(nodes)
    steps: list[PathStep] = []
    before: tuple[int, Item] | None = None
    for place, (node, item) in enumerate(zip(way, items, strict=True)):
        met = np.flatnonzero((best == place) & (values[place] > 0))
        met = met[np.argsort(-values[place][met], kind="stable")]
        steps.append(
            PathStep(
                item.id,
                components[place],
                item.text,
                float(own[place]),
                _way(graph, before, (node, item)) if before else "",
                tuple(labels[column] for column in met.tolist() if column < len(labels)),
            )
        )
        before = node, item
    at = next(step for step in steps if step.component == found)
    return PathEvidence(
        snippet=at.text[:_SNIPPET],
        parts={"edge": float(values[-2:].max(axis=0).sum()), "alone": at.score},
        steps=tuple(steps),
        subqueries=tuple(columns.subqueries),
    )


def _way(graph: Graph, before: tuple[int, Item], after: tuple[int, Item]) -> str:
    """The words of the link from one item to another, else a name that two documents share."""
    (source, item), (target, other) = before, after
    groups = graph.groups_of(target)
    for link in item.links:
        if link.target in groups:
            return link.text
    one, two = graph.documents_of(np.array([source, target]))
    if one == two:
        return ""
    names = (item.text[start:end] for start, end in names_in(item.text))
    return next((name for name in names if name in other.text), "")
