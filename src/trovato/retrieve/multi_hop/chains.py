"""Sub-questions with open slots, filled with names that stand where those before them are met.

"Who won the cup of 1911?", "Where was #1 born?": the second waits for what the first one finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import Item, check_many
from trovato.ops import names_in
from trovato.retrieve.multi_hop.columns import QuestionPart
from trovato.retrieve.multi_hop.source import GraphSource
from trovato.retrieve.multi_hop.words import words_of

_SLOT = re.compile(r"#(\d+)")
# Chains that are kept after each sub-question, texts that may answer one, and names of a text that
# are tried.
_CHAINS, _TEXTS, _NAMES = 4, 5, 15
_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Chain:
    """Sub-questions one after the other, each with the node that meets it.

    Parameters
    ----------
    subqueries
        With every slot filled.
    nodes
        By number, one for each.
    score
        Sum of how well each is met, by its words.
    """

    subqueries: tuple[str, ...] = ()
    nodes: tuple[int, ...] = ()
    score: float = 0.0


def has_slots(subqueries: Sequence[str]) -> bool:
    """Whether one of some sub-questions waits for another: "#1" stands for what the first finds."""
    check_many("subqueries", subqueries)
    return any(_SLOT.search(text) for text in subqueries)


def best_chain(source: GraphSource, question: str, subqueries: Sequence[str]) -> Chain:
    """The names that fill the slots of sub-questions so that words meet all of them best.

    Parameters
    ----------
    source
        Where the nodes are.
    question
        The whole of it; what it names itself fills no slot.
    subqueries
        In order; `#n` stands for what the `n`-th one finds. A slot that nothing fills is left out.
    """
    check_many("subqueries", subqueries)
    asked = set(words_of(question))
    met: dict[str, list[tuple[int, float]]] = {}
    chains = [Chain()]
    for text in subqueries:
        grown: dict[tuple[int, ...], Chain] = {}
        for chain in chains:
            for filled in _variants(source, chain, text, asked):
                if filled not in met:
                    met[filled] = _met(source, filled)
                for node, score in met[filled]:
                    new = Chain(
                        (*chain.subqueries, filled), (*chain.nodes, node), chain.score + score
                    )
                    known = grown.get(new.nodes)
                    if known is None or known.score < new.score:
                        grown[new.nodes] = new
        chains = sorted(grown.values(), key=lambda one: (-one.score, one.nodes))[:_CHAINS]
    return chains[0] if chains else Chain()


def _variants(source: GraphSource, chain: Chain, text: str, asked: set[str]) -> Iterator[str]:
    """The sub-question with each name that may stand in its last slot; others are left out."""
    slots = [int(number) - 1 for number in _SLOT.findall(text)]
    slot = max((one for one in slots if one < len(chain.nodes)), default=None)
    names: list[str] = []
    if slot is not None:
        [item] = source.items(source.graph.names_of(np.array([chain.nodes[slot]])))
        names = _open_names(item, asked)
    for name in names or [""]:
        named = text.replace(f"#{slot + 1}", name) if slot is not None else text
        yield " ".join(_SLOT.sub("", named).split())


def _open_names(item: Item, asked: set[str]) -> list[str]:
    """Title and names of a text that say more than the question does, each once."""
    told = [str(item.attributes.get("title", ""))]
    told += [item.text[start:end] for start, end in names_in(item.text)]
    return [name for name in dict.fromkeys(told) if not asked.issuperset(words_of(name))][:_NAMES]


def _met(source: GraphSource, text: str) -> list[tuple[int, float]]:
    """The nodes that meet a sub-question best by its words, with their scores."""
    part = QuestionPart(source, text, 1.0)
    nodes = source.candidates(part.words, part.vectors.values, _CANDIDATES)
    if not len(nodes):
        return []
    children = source.graph.children_of(nodes)
    scores = [float(part.columns(names).sum(axis=1).max()) for names in children]
    order = np.argsort(-np.array(scores), kind="stable")[:_TEXTS]
    return [(int(nodes[place]), scores[place]) for place in order]
