"""Ways from text to text that nobody linked: both tell of one thing by name."""

from __future__ import annotations

from itertools import islice

import numpy as np

from trovato.core.shapes import Int64
from trovato.ops import names_in
from trovato.retrieve.multi_hop.source import GraphSource
from trovato.retrieve.multi_hop.words import words_of

# A name that more texts have leads nowhere: it tells too little.
_MOST_TEXTS = 10


class Bridges:
    """The nodes that share a name with others which the question does not tell.

    What a question leaves open, such as "the club that won the cup", is named where its first part
    is met; the names that stand there lead to what tells of them.

    Parameters
    ----------
    source
        Where the nodes are.
    question
        Names in it are no bridges: what they lead to is found by the question itself.
    names
        Names of each node that are followed, in the order of its text.
    """

    def __init__(self, source: GraphSource, question: str, names: int) -> None:
        self._source = source
        self._asked = set(words_of(question))
        self._names = names
        self._having: dict[str, Int64[np.ndarray, " nodes"]] = {}

    def neighbours(
        self, nodes: Int64[np.ndarray, " nodes"]
    ) -> tuple[Int64[np.ndarray, " edges"], Int64[np.ndarray, " edges"]]:
        """For each edge, the place of its source in `nodes`, and the node that it leads to."""
        items = self._source.items(self._source.graph.names_of(nodes))
        places: list[int] = []
        targets: list[int] = []
        for place, item in enumerate(items):
            for name in islice(self._open_names(item.text), self._names):
                found = self._nodes_with(name)
                places += [place] * len(found)
                targets += found.tolist()
        return np.array(places, np.int64), np.array(targets, np.int64)

    def _open_names(self, text: str) -> dict[str, None]:
        """Names in a text that say more than the question does, each once."""
        names = (text[start:end].removeprefix("The ") for start, end in names_in(text))
        return dict.fromkeys(name for name in names if not self._asked.issuperset(words_of(name)))

    def _nodes_with(self, name: str) -> Int64[np.ndarray, " nodes"]:
        """The nodes whose texts have a name; none where too many do."""
        if name not in self._having:
            words = words_of(name)
            nothing = np.zeros((0, self._source.encoder.dim), np.float32)
            near = self._source.candidates(words, nothing, 2 * _MOST_TEXTS)
            texts = self._source.items(self._source.graph.names_of(near))
            told = [f" {' '.join(words)} " in f" {' '.join(words_of(one.text))} " for one in texts]
            nodes = near[np.array(told, np.bool_)]
            self._having[name] = nodes if len(nodes) <= _MOST_TEXTS else nodes[:0]
        return self._having[name]
