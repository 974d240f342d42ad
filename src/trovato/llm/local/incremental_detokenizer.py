"""Text as it is written, piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trovato.llm.local.tokenizer import PromptTokenizer


def text_pieces(tokens: Iterable[int], words: PromptTokenizer) -> Iterator[str]:
    """Pieces of text that together are the text of all tokens.

    A character whose bytes lie in several tokens comes out whole, with the last of them.
    """
    ids: list[int] = []
    shown = ""
    for token in tokens:
        ids.append(token)
        # The mark of a broken character at the end may yet become the character.
        ready = words.text(ids).rstrip("\ufffd")
        if len(ready) > len(shown):
            yield ready[len(shown) :]
            shown = ready
    rest = words.text(ids)[len(shown) :]
    if rest:
        yield rest
