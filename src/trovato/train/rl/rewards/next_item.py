"""Recommending as a task for a language model: prompts from histories, rewards from ranks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from trovato.core import InvalidInputError, Trajectory, check_many
from trovato.core.shapes import Float, Int64
from trovato.train.rl.protocol import Example

_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.):])?\s*")


class NextItemTask:
    """Asks for the titles of the items that come next, and reads them in the answer.

    A title that several items share is written with its id behind it, `Title [id]`, so that every
    item has a label of its own.

    Parameters
    ----------
    titles
        Title of each item by its id.
    window
        How many of the newest items of a history are shown.

    Raises
    ------
    InvalidInputError
        If there is no title, or an empty one.
    """

    def __init__(self, titles: Mapping[str, str], *, window: int = 5) -> None:
        clean = {item: " ".join(title.split()) for item, title in titles.items()}
        if not clean or not all(clean.values()):
            raise InvalidInputError("every item needs a title to be named by: leave out the rest")
        count = Counter(map(str.casefold, clean.values()))
        self._labels = {
            item: title if count[title.casefold()] == 1 else f"{title} [{item}]"
            for item, title in clean.items()
        }
        self._items = {label.casefold(): item for item, label in self._labels.items()}
        self._window = window

    def label(self, item: str) -> str:
        """What an item is called."""
        return self._labels[item]

    def example(
        self, name: str, history: Sequence[str], target: str, candidates: Sequence[str] = ()
    ) -> Example:
        """A prompt with a history, oldest first, and the item that came next.

        Parameters
        ----------
        name
            Id of the example.
        history
            Ids of what the person cared for.
        target
            Id of what came next.
        candidates
            Ids to choose from; all titles if there are none.

        Raises
        ------
        InvalidInputError
            If an item has no title.
        """
        check_many("history", history)
        check_many("candidates", candidates)
        unknown = [one for one in (*history, target, *candidates) if one not in self._labels]
        if unknown:
            raise InvalidInputError(
                f"example {name!r} has items without a title, such as {unknown[0]!r}"
            )
        lines = ["Liked, oldest first:"]
        lines += [f"- {self._labels[one]}" for one in history[-self._window :]]
        if candidates:
            lines += ["Candidates:", *(f"- {self._labels[one]}" for one in candidates)]
        lines += ["What comes next, most likely first, one title on a line:", ""]
        fields = {"history": tuple(history), "target": target}
        return Example(name, "\n".join(lines), fields)

    def reasoning_example(self, name: str, history: Sequence[str], target: str) -> Example:
        """The same for a policy that gives reasons and then points at an item of the catalogue.

        Raises
        ------
        InvalidInputError
            If an item has no title.
        """
        check_many("history", history)
        found = self.example(name, history, target)
        shown = found.prompt.splitlines()[:-1]
        asked = "What does this person look for? Say why, then name the next item."
        return Example(name, "\n".join([*shown, asked, ""]), found.fields)

    def parse(self, text: str) -> list[str]:
        """Ids of the items that an answer names, one on a line, each once.

        A line that is no label is no item.
        """
        found = (
            self._items.get(" ".join(_BULLET.sub("", line).split()).casefold())
            for line in text.splitlines()
        )
        return list(dict.fromkeys(item for item in found if item is not None))

    def ndcg(self, example: Example, trajectory: Trajectory) -> float:
        """`1 / log₂(1 + rank)` of the true item among those named; 0 if it is not.

        Items of the history are not ranked, unless the true one is.
        """
        target = example.fields["target"]
        seen = set(example.fields["history"]) - {target}
        ranked = [item for item in self.parse(trajectory.text) if item not in seen]
        return 1 / float(np.log2(2 + ranked.index(target))) if target in ranked else 0.0


def similarity_reward(
    similarities: Float[np.ndarray, " items"],
    target: int,
    seen: Int64[np.ndarray, " seen"],
    *,
    temperature: float = 0.02,
    cutoff: int = 1000,
    softmax_weight: float = 0.05,
) -> float:
    """`(1 − w)·nDCG@cutoff + w·softmax(similarities/τ)[target]` over a catalogue without the seen.

    Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278), after R²ec (arXiv 2505.16994).

    Parameters
    ----------
    similarities
        Cosine of each item to what the policy's answer stands for.
    target
        Place of the true item; at a tie the lower place ranks higher.
    seen
        Places of the history, which are never ranked, unless the true item is one of them.
    temperature, cutoff, softmax_weight
        τ, and w of the formula.

    Raises
    ------
    InvalidInputError
        If `temperature` is not above 0.
    """
    if not temperature > 0:
        raise InvalidInputError(f"temperature must be above 0, got {temperature}")
    logits = similarities.astype(np.float64) / temperature
    own = logits[target]
    logits[seen] = -np.inf
    logits[target] = own
    rank = 1 + int((logits > own).sum()) + int((logits[:target] == own).sum())
    ndcg = 1 / float(np.log2(1 + rank)) if rank <= cutoff else 0.0
    raised = np.exp(logits - logits.max())
    return (1 - softmax_weight) * ndcg + softmax_weight * float(raised[target] / raised.sum())
