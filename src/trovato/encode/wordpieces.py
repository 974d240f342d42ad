"""Text to the word pieces of the model's vocabulary, each with its characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Int32, Int64

# Half of a character of UTF-16: some PDF readers leave them alone in the text, and no tokenizer
# takes them. One character for one character, so that the spans still fit.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, eq=False)
class WordPieces:
    """The word pieces of one text.

    Parameters
    ----------
    ids
        Their numbers in the vocabulary.
    spans
        `(tokens, 2)`: first character and one past the last, in the text as it was given.
    """

    ids: Int64[np.ndarray, " tokens"]
    spans: Int32[np.ndarray, "tokens 2"]

    def apart(self) -> Bool[np.ndarray, " tokens"]:
        """Which pieces share no character with an earlier one.

        A letter of Hangul is taken apart into several pieces; the first one stands for it.
        """
        reached = np.maximum.accumulate(np.concatenate([[0], self.spans[:-1, 1]]))[: len(self.ids)]
        return self.spans[:, 0] >= reached


class WordPieceTokenizer:
    """BERT's lower-casing word-piece tokenizer, read from a `tokenizer.json`."""

    def __init__(self, path: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # A text that contains "[SEP]" means those five characters.
        self._tokenizer.encode_special_tokens = True
        # [CLS] and [SEP], which the model wants around every window.
        self.first, self.last = self._tokenizer.encode("").ids

    def __call__(self, text: str) -> WordPieces:
        """The word pieces of `text`, without [CLS] and [SEP]."""
        encoding = self._tokenizer.encode(
            LONE_SURROGATE.sub("\ufffd", text), add_special_tokens=False
        )
        return WordPieces(
            np.array(encoding.ids, np.int64),
            np.array(encoding.offsets, np.int32).reshape(-1, 2),
        )
