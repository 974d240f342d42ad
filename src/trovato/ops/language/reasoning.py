"""What a model wrote while it thought, told from what it answers."""

from __future__ import annotations

import re
from collections.abc import Callable

# How models mark where they begin and end to think.
_TAG = re.compile(
    r"<\s*(?P<angle>/?)\s*(?:seed:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?)\s*>"
    r"|◁\s*(?P<triangle>/?)\s*think(?:ing)?\s*▷"
    r"|\[\s*(?P<square>/?)\s*THINK\s*\]",
    re.IGNORECASE,
)
# The end of a text that may yet become a tag.
_HALF_TAG = re.compile(r"[<◁\[][\s/:a-z]{0,20}\Z", re.IGNORECASE)


def without_reasoning(text: str) -> str:
    """The text without blocks of reasoning, such as `<think>…</think>`, and white space around it.

    Tags may be written `<thinking>`, `<thought>`, `<reasoning>`, `◁think▷` or `[THINK]` too, and in
    capitals. Blocks may lie in each other. A block that is never closed goes to the end: the model
    did not come to its answer. One that is closed and was never opened begins with the text, as
    some chat templates write the opening tag themselves.

    Examples
    --------
    >>> without_reasoning("<think>Hm.</think> Paris.")
    'Paris.'
    """
    return _outside_blocks(text).strip()


def _outside_blocks(text: str) -> str:
    kept, thinks, at = "", False, 0
    opened: list[int] = []  # how much was kept where each block that is open began
    for tag in _TAG.finditer(text):
        if not thinks:
            kept += text[at : tag.start()]
        thinks = not any(tag.groups())
        if thinks:
            opened.append(len(kept))
        else:
            kept = kept[: opened.pop()] + " " if opened else ""
        at = tag.end()
    return kept if thinks else kept + text[at:]


def told_without_reasoning(on_token: Callable[[str], None]) -> Callable[[str], None]:
    """A callback for a text as it is written, which tells another one all but the reasoning.

    What was told and proves to be reasoning, since a block is closed that was never opened, cannot
    be called back: the answer then begins in a new line.

    Parameters
    ----------
    on_token
        Told the pieces of the answer.
    """
    said = told = ""

    def hear(piece: str) -> None:
        nonlocal said, told
        said += piece
        ready = _outside_blocks(_HALF_TAG.sub("", said)).lstrip()
        if not ready.startswith(told):
            on_token("\n")
            told = ""
        if ready != told:
            on_token(ready[len(told) :])
            told = ready

    return hear
