"""Where a turn of an agent ends."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from trovato.core.shapes import Int64
from trovato.generate.agent import parse_action


class TurnEnd:
    """Tells of each token of one turn, in order, whether it completes the first action.

    As many of the last tokens are decoded as a closing tag can have, and the whole turn only where
    there is one, so that time grows with the length.

    Parameters
    ----------
    decode
        From tokens to their text.
    tools
        Names of the tools that an action may call.
    """

    def __init__(
        self, decode: Callable[[Int64[np.ndarray, " tokens"]], str], tools: Collection[str]
    ) -> None:
        self._decode, self._tools = decode, tools
        self._closing = [f"</{name}>" for name in (*tools, "answer")]
        # A token stands for a byte or more, of which a character has up to four.
        self._tail = 4 * max(map(len, self._closing)) + 4
        self._written: list[int] = []

    def __call__(self, token: int) -> bool:
        """Whether the turn ends with this token."""
        self._written.append(token)
        tail = self._decode(np.array(self._written[-self._tail :], np.int64))
        if not any(one in tail for one in self._closing):
            return False
        whole = self._decode(np.array(self._written, np.int64))
        return parse_action(whole, self._tools) is not None
