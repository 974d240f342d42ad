"""What a model wrote while it thought, told from what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable

_NAME = r"(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflect(?:ion)?|analysis|scratchpad)"
# How models mark where they begin and end to think. A tag between back quotes is spoken of.
_TAG = re.compile(
    rf"(?<!`)<\s*(?P<angle>/?)\s*(?:[a-z]+[:_])?{_NAME}(?:_\w+)?(?:\s[^<>\n]{{0,40}})?>"
    rf"|<\|(?:start|begin)(?:_of)?_{_NAME}\|>|(?P<end><\|end(?:_of)?_{_NAME}\|>)"
    rf"|<\|(?P<bar>/?){_NAME}\|>"
    r"|◁\s*(?P<triangle>/?)\s*think(?:ing)?\s*▷"
    r"|\[\s*(?P<square>/?)\s*THINK\s*\]"
    # The channels of gpt-oss: all but the last one are for the model itself.
    r"|(?P<final><\|channel\|>\s*final\s*(?:<\|constrain\|>\s*\w+\s*)?<\|message\|>)"
    r"|<\|channel\|>[^<]{0,60}(?:<\|constrain\|>\s*\w+\s*)?<\|message\|>"
    r"|(?P<mark><\|(?:start|end|return|call)\|>(?:assistant(?=<\||\Z))?)",
    re.IGNORECASE,
)
# The end of a text that may yet become a tag.
_HALF_TAG = re.compile(
    rf"(?:<[|\s/:_a-z]{{0,40}}|<\s*(?:[a-z]+[:_])?{_NAME}[^<>\n]{{0,60}}|[◁\[][\s/a-z]{{0,20}}"
    r"|<\|channel\|>[^>\n]{0,60}(?:<\|constrain\|>[^>\n]{0,40})?)\Z",
    re.IGNORECASE,
)


def without_reasoning(text: str) -> str:
    """The text without blocks of reasoning, such as `<think>…</think>`, and white space around it.

    Tags may be written `<thinking>`, `<thought>`, `<reasoning>`, `<seed:think>`,
    `<|START_THINKING|>`, `◁think▷` or `[THINK]` too, and in capitals; of the channels of gpt-oss
    the last one is the answer. Blocks may lie in each other. A block that is never closed goes to
    the end: the model did not come to its answer. One that is closed and was never opened begins
    with the text, as some chat templates write the opening tag themselves.

    Examples
    --------
    >>> without_reasoning("<think>Hm.</think> Paris.")
    'Paris.'
    """
    kept = _Kept()
    kept.hear(text)
    kept.end()
    return "".join(kept.pieces).strip()


def told_without_reasoning(on_token: Callable[[str], None]) -> Callable[[str], None]:
    """A callback for a text as it is written, which tells another one all but the reasoning.

    What was told and proves to be reasoning, since a block is closed that was never opened, cannot
    be called back: the answer then begins in a new line. Each piece is looked at once, whatever
    came before it.

    Parameters
    ----------
    on_token
        Told the pieces of the answer.
    """
    kept = _Kept()
    told = 0  # pieces of `kept`
    begun = False

    def hear(piece: str) -> None:
        nonlocal told, begun
        kept.hear(piece)
        if len(kept.pieces) < told or kept.dropped:
            if begun:
                on_token("\n")
            told, begun, kept.dropped = min(told, len(kept.pieces)), False, False
        ready = "".join(kept.pieces[told:])
        told = len(kept.pieces)
        if not begun:
            ready = ready.lstrip()
        if ready:
            begun = True
            on_token(ready)

    return hear


class _Kept:
    """What stands outside blocks of reasoning, of a text that comes in pieces.

    Attributes
    ----------
    pieces
        What is kept so far.
    dropped
        Whether something that was kept proved to be reasoning since this was last set to False.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.dropped = False
        self._opened: list[int] = []  # how many pieces were kept where each open block began
        self._thinks = False
        self._rest = ""  # may yet become a tag
        self._quoted = ""  # the character before it

    def hear(self, piece: str) -> None:
        """Go on with the next piece."""
        text = self._rest + piece
        half = _HALF_TAG.search(text)
        self._take(text[: half.start()] if half else text)
        self._rest = text[half.start() :] if half else ""

    def end(self) -> None:
        """The text ends here: what might have become a tag is none."""
        self._take(self._rest)
        self._rest = ""

    def _take(self, text: str) -> None:
        at = len(self._quoted)
        text = self._quoted + text
        for tag in _TAG.finditer(text, at):
            self._keep(text[at : tag.start()])
            self._turn(tag)
            at = tag.end()
        self._keep(text[at:])
        self._quoted = text[-1:]

    def _keep(self, text: str) -> None:
        if text and not self._thinks:
            self.pieces.append(text)

    def _turn(self, tag: re.Match[str]) -> None:
        if tag["mark"]:
            return
        if tag["final"]:
            self._cut(0)
            self._opened.clear()
            self._thinks = False
        elif tag["angle"] or tag["bar"] or tag["triangle"] or tag["square"] or tag["end"]:
            start = self._opened.pop() if self._opened else None
            self._cut(start or 0)
            if start is not None:
                self.pieces.append(" ")
            self._thinks = False
        else:
            self._thinks = True
            self._opened.append(len(self.pieces))

    def _cut(self, start: int) -> None:
        self.dropped = self.dropped or len(self.pieces) > start
        del self.pieces[start:]
