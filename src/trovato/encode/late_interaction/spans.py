"""Characters of tokens, so that no two tokens share one."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Int32


def disjoint(offsets: Int32[np.ndarray, "tokens 2"]) -> Int32[np.ndarray, "tokens 2"]:
    """Offsets of a tokenizer in which each character belongs to the first token that has it.

    A letter that is taken apart into several pieces gives the further ones no characters.
    """
    reached = np.maximum.accumulate(np.concatenate([[0], offsets[:-1, 1]]))[: len(offsets)]
    starts = np.maximum(offsets[:, 0], reached).astype(np.int32)
    return np.stack([starts, np.maximum(starts, offsets[:, 1])], axis=1)
