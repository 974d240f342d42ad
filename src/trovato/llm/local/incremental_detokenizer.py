"""Text as it is written, piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trovato.llm.local.tokenizer import PromptTokenizer
from trovato.ops.language.stop_strings import StopFilter

_BROKEN = "\ufffd"  # stands for a character some of whose bytes are still to come


def text_pieces(
    tokens: Iterable[int], words: PromptTokenizer, stop: Sequence[str] = ()
) -> Iterator[str]:
    """Pieces of text that together are the text of all tokens.

    A character whose bytes lie in several tokens comes out whole, with the last of them. Only the
    tokens of the last two pieces are read again, so that time grows with the length. What may be
    the start of one of the strings `stop` is held back, and the first of them ends the text.
    """
    passing = StopFilter(stop)
    for piece in _pieces(tokens, words):
        if shown := passing.push(piece):
            yield shown
    if left := passing.rest():
        yield left


def _pieces(tokens: Iterable[int], words: PromptTokenizer) -> Iterator[str]:
    ids: list[int] = []
    before = 0  # the piece before the last one begins here: what a token says may depend on it
    shown = 0  # tokens whose text is out
    for token in tokens:
        if token in words.silent:
            continue
        ids.append(token)
        known = words.text(ids[before:shown])
        ready = words.text(ids[before:])
        if len(ready) > len(known) and not ready.endswith(_BROKEN):
            yield ready[len(known) :]
            before, shown = shown, len(ids)
    rest = words.text(ids[before:])[len(words.text(ids[before:shown])) :]
    if rest:
        yield rest
