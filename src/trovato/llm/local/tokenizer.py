"""Text to token ids, where nothing in the text is a command."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Any

from trovato.core import ModelUnavailableError
from trovato.llm.local.chat_template import Template, read_template

_SPACE = "▁"  # as SentencePiece writes a space
# Put before a text, so that the space grows before them: one of them is no part of a longer token.
_BEFORE = ("\n", ".", "-")


class PromptTokenizer:
    """The tokenizer of a model, used for texts that nobody vouches for.

    Parameters
    ----------
    tokenizer
        A fast transformers tokenizer.

    Raises
    ------
    ModelUnavailableError
        If the tokenizer cannot say which characters a token stands for.
    """

    def __init__(self, tokenizer: Any) -> None:
        if not getattr(tokenizer, "is_fast", False):
            raise ModelUnavailableError(
                "this model's tokenizer is not a fast one (tokenizer.json), so its special tokens "
                "cannot be told from text that looks like them: save it as a fast tokenizer"
            )
        self._tokenizer = tokenizer
        # White space that is a token of its own is text; the others are commands.
        self._commands = {
            number
            for number, token in tokenizer.added_tokens_decoder.items()
            if token.content.strip() and number != tokenizer.unk_token_id
        }

    @cached_property
    def silent(self) -> frozenset[int]:
        """Tokens that stand for no text."""
        added = self._tokenizer.added_tokens_decoder
        return frozenset(number for number, token in added.items() if token.special)

    @cached_property
    def start(self) -> int | None:
        """The token that opens every prompt, where the model has one."""
        number: int | None = self._tokenizer.bos_token_id
        opened = self._tokenizer("a").input_ids
        return number if number is not None and opened[:1] == [number] else None

    @cached_property
    def with_system(self) -> Template:
        """The chat template around instructions and a user's turn."""
        return read_template(self._tokenizer, system=True)

    @cached_property
    def without_system(self) -> Template:
        """The chat template around a user's turn alone."""
        return read_template(self._tokenizer, system=False)

    @cached_property
    def grows(self) -> bool:
        """Whether the tokenizer puts a space before every text, as SentencePiece does."""
        ids = self._tokenizer("a", add_special_tokens=False).input_ids
        return bool(self._tokenizer.convert_ids_to_tokens(ids)[0].startswith(_SPACE))

    def between(self, text: str) -> list[int]:
        """Ids of a text as it is tokenised between two words, which may differ from it alone.

        Models have mostly seen the empty line between paragraphs as two tokens, though there is
        one for both. Where a tokenizer joins the text to its neighbours it is tokenised alone.
        """
        found = self._read(f"a{text}b")
        end = len(text) + 1
        inside = [
            (number, first, last) for number, first, last in found if 1 <= first < last <= end
        ]
        if sum(last - first for _, first, last in inside) != len(text):
            return self.of_text(text)
        return [number for number, _, _ in inside]

    def of_template(self, text: str, *, opens: bool = False) -> list[int]:
        """Ids of text that a template wrote: special tokens are what they say.

        Parameters
        ----------
        text
            Any.
        opens
            As of `of_text`.
        """
        return [number for number, _, _ in self._tokens(text, opens=opens)]

    def of_text(self, text: str, *, opens: bool = False) -> list[int]:
        """Ids of any text. What looks like a special token is cut in two, and so stays text.

        Parameters
        ----------
        text
            Any.
        opens
            Nothing or a space stands before it: then a tokenizer may grow a space, as it does
            wherever a text opens. Elsewhere it may not, so that pieces join without one.
        """
        # Half a character (a lone surrogate) has no bytes.
        text = text.encode("utf-8", "replace").decode("utf-8")
        found = self._tokens(text, opens=opens)
        cuts = [
            (start + end) // 2
            for number, start, end in found
            if number in self._commands and end - start > 1
        ]
        if not cuts:
            return [number for number, _, _ in found]
        parts = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
        return [
            number
            for place, part in enumerate(parts)
            for number in self.of_text(part, opens=opens and not place)
        ]

    def _tokens(self, text: str, *, opens: bool) -> list[tuple[int, int, int]]:
        """Each token's id, first character and one past its last."""
        for before in _BEFORE if self.grows and text and not opens else ():
            found = self._read(before + text)
            length = len(before)
            inside = [(number, start - length, end - length) for number, start, end in found]
            first = next((at for at, (_, start, _) in enumerate(inside) if start >= 0), len(inside))
            if all(end <= 0 for _, _, end in inside[:first]):
                return inside[first:]
        return self._read(text)

    def _read(self, text: str) -> list[tuple[int, int, int]]:
        found = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        return [
            (number, start, end)
            for number, (start, end) in zip(found.input_ids, found.offset_mapping, strict=True)
        ]

    def text(self, ids: list[int]) -> str:
        """What ids stand for, without special tokens."""
        text: str = self._tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text
