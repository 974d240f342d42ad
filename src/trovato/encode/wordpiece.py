"""Text to the word pieces of the model's vocabulary, each with its characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import PathLike
from trovato.core.shapes import Bool, Int32, Int64

_SURROGATE = re.compile("[\ud800-\udfff]")


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
    """The tokenizer of a `tokenizer.json`, by the library tokenizers: whole texts, nothing added.

    Source: Devlin et al., "BERT: pre-training of deep bidirectional transformers", 2019.
    """

    def __init__(self, path: PathLike) -> None:
        from tokenizers import Tokenizer  # what opens a collection has no use for it

        self._tokenizer = Tokenizer.from_str(Path(path).read_text("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        # A text that contains "[SEP]" means those five characters.
        self._tokenizer.encode_special_tokens = True
        # What the model wants around every window.
        vocabulary = self._tokenizer.get_vocab()
        self.first, self.last = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def __call__(self, text: str) -> WordPieces:
        """The word pieces of `text`, without [CLS] and [SEP]."""
        # Half a character cannot be written as UTF-8; the replacement character is dropped.
        found = self._tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        spans = np.array(found.offsets, np.int32).reshape(-1, 2)
        return WordPieces(np.array(found.ids, np.int64), spans)
