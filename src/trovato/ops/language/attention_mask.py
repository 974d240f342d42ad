"""Which token of a prompt reads which: sparse document attention."""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Bool, Int32

# Blocks that are no document; documents count from 0.
INSTRUCTIONS, QUESTION, PADDING = -1, -2, -3


def document_mask(blocks: Int32[np.ndarray, " tokens"]) -> Bool[np.ndarray, "tokens tokens"]:
    """True where the token of a row reads the token of a column.

    A token reads what comes before it, and itself: instructions always, documents only in its own
    block, and everything if it belongs to a question. Padding reads itself alone and is read by
    nobody, so no row is empty.

    Source: Dekel, Tennenholtz and Kurland 2026 (arXiv 2602.04711), section 3.

    Parameters
    ----------
    blocks
        `(tokens,)` the block of each token: `INSTRUCTIONS`, `QUESTION`, `PADDING`, or the number
        of a document.

    Examples
    --------
    >>> import numpy as np
    >>> document_mask(np.array([-1, 0, 1], np.int32)).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [1, 0, 1]]
    """
    row, column = blocks[:, None], blocks[None, :]
    reads = (column == INSTRUCTIONS) | (row == QUESTION) | (row == column)
    real = (row != PADDING) & (column != PADDING)
    mask: Bool[np.ndarray, "tokens tokens"] = np.tril(reads & real)
    np.fill_diagonal(mask, val=True)
    return mask
