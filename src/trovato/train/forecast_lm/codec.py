"""Prompts and explanations as ids: of whole words, or as a pretrained tokenizer has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np

from trovato.core import Signal
from trovato.core.shapes import Float64
from trovato.ops.forecasting import WINDOW
from trovato.retrieve.forecasts import shown
from trovato.train.forecast_lm.text import (
    END,
    PAD,
    joined,
    prompt,
    read_buckets,
    tokenizer,
    vocabulary,
)

Counts = Float64[np.ndarray, " bins"]


@runtime_checkable
class TextCodec(Protocol):
    """Between texts and the ids that a network reads."""

    pad: int
    end: int

    def prompt(self, counts: Counts, signals: Sequence[Signal]) -> list[int]:
        """What is read of an item; the score is read at the last id."""

    def explanation(self, tokens: Sequence[str]) -> list[int]:
        """Of a text of `teacher`, its end included."""

    def text(self, ids: Sequence[int]) -> str:
        """A text with slots, of ids without the end."""


class WordCodec:
    """Whole words of a vocabulary of a few hundred."""

    def __init__(self) -> None:
        self._made, self._words = tokenizer(), vocabulary()
        self.pad, self.end = self._words.index(PAD), self._words.index(END)

    def prompt(self, counts: Counts, signals: Sequence[Signal]) -> list[int]:
        """Counts in steps, and buckets of signals."""
        return self.explanation(prompt(counts, signals))

    def explanation(self, tokens: Sequence[str]) -> list[int]:
        """One id a token."""
        found: list[int] = self._made.encode(" ".join(tokens)).ids
        return found

    def text(self, ids: Sequence[int]) -> str:
        """Words, spaced as sentences are."""
        return joined([self._words[one] for one in ids])


class PretrainedCodec:
    """A tokenizer of transformers, which reads plain sentences.

    Parameters
    ----------
    made
        The tokenizer.
    """

    def __init__(self, made: Any) -> None:
        self._made = made
        self.end = int(made.eos_token_id)
        self.pad = self.end

    def prompt(self, counts: Counts, signals: Sequence[Signal]) -> list[int]:
        """The newest counts as numbers, and the words of signals."""
        history = " ".join(
            shown(float(round(count)), "count") for count in counts[-WINDOW:].tolist()
        )
        buckets = ", ".join(f"{name} {bucket}" for name, bucket in read_buckets(signals))
        return self._ids(f"Counts: {history}. {buckets}. Next:")

    def explanation(self, tokens: Sequence[str]) -> list[int]:
        """Of the sentences as they are written, slots included."""
        return [*self._ids(" " + joined(tokens[:-1])), self.end]

    def text(self, ids: Sequence[int]) -> str:
        """As the tokenizer reads them."""
        return str(self._made.decode(list(ids))).strip()

    def _ids(self, text: str) -> list[int]:
        found: list[int] = self._made(text, add_special_tokens=False)["input_ids"]
        return found


def padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[Any, Any]:
    """Ids and mask of texts that are padded on the right, (texts, longest)."""
    import torch

    longest = max(map(len, rows))
    ids = torch.tensor([[*row, *[pad] * (longest - len(row))] for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return ids, mask
