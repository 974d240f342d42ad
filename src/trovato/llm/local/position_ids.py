"""Where the tokens of a prompt stand."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Int32, Int64


def parallel_positions(blocks: Int32[np.ndarray, " tokens"]) -> Int64[np.ndarray, " tokens"]:
    """Positions where documents in a row all start at the same place.

    What follows them starts after the longest, so the order of the documents changes nothing.

    Parameters
    ----------
    blocks
        `(tokens,)` the block of each token, as `trovato.ops.language.attention_mask` names them.
    """
    positions = np.empty(len(blocks), np.int64)
    start = 0
    lengths: dict[int, int] = {}
    for place, block in enumerate(blocks.tolist()):
        if block >= 0:
            offset = lengths.get(block, 0)
            positions[place] = start + offset
            lengths[block] = offset + 1
        else:
            start += max(lengths.values(), default=0)
            lengths = {}
            positions[place] = start
            start += 1
    return positions
