"""A prompt as token ids, each with the block that says who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trovato.core import ContextTooLongError, InvalidInputError, Prompt, Trim
from trovato.core.shapes import Int32, Int64
from trovato.llm.chat_messages import SEPARATOR, system_segments
from trovato.llm.local.tokenizer import PromptTokenizer
from trovato.ops.language.attention_mask import INSTRUCTIONS, QUESTION


@dataclass(frozen=True, slots=True)
class PromptTokens:
    """Token ids of a prompt, and who they belong to.

    Parameters
    ----------
    ids
        `(tokens,)`.
    blocks
        `(tokens,)` the block of each, as `trovato.ops.language.attention_mask` names them.
    trimmed
        Documents that were cut to fit.
    """

    ids: Int64[np.ndarray, " tokens"]
    blocks: Int32[np.ndarray, " tokens"]
    trimmed: tuple[Trim, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class _Piece:
    ids: list[int]
    block: int
    document: str | None = None


def tokenise(
    prompt: Prompt,
    words: PromptTokenizer,
    room: int,
    pictures: Sequence[Sequence[int]] | None = None,
) -> PromptTokens:
    """Token ids and blocks of a prompt.

    Every segment is tokenised apart and the ids are joined, so that no token lies in two segments.
    What the chat template writes before the first turn counts as instructions, what it writes after
    the last as question, and the empty line after a segment as that segment. Without a chat
    template the segments stand below each other, with empty lines between them. The start token is
    there once.

    Where the prompt is longer than `room`, its longest documents are cut at the end, all to the
    same number of tokens. How much of a document is read then follows from the lengths of the
    others, never from their words.

    Parameters
    ----------
    prompt
        What to read.
    words
        Of the model that reads it.
    room
        Tokens that it may have.
    pictures
        For each segment, ids that stand for its picture, before its text; None for a model that
        reads text alone.

    Raises
    ------
    ContextTooLongError
        If instructions and question alone are longer than `room`.
    InvalidInputError
        If the question has no token, or there is a picture.
    """
    if pictures is None and any(segment.image for segment in prompt.segments):
        raise InvalidInputError(
            "this model reads text alone: for pictures name one that sees, such as Qwen2.5-VL, or "
            "the server of one"
        )
    pieces = _pieces(prompt, words, pictures or [()] * len(prompt.segments))
    if not pieces or pieces[-1].block != QUESTION:
        raise InvalidInputError("the question is empty: write one")
    pieces, trimmed = _fit(pieces, room)
    ids = np.array([number for piece in pieces for number in piece.ids], np.int64)
    blocks = np.repeat(
        np.array([piece.block for piece in pieces], np.int32), [len(piece.ids) for piece in pieces]
    )
    return PromptTokens(ids, blocks, trimmed)


def _pieces(
    prompt: Prompt, words: PromptTokenizer, pictures: Sequence[Sequence[int]]
) -> list[_Piece]:
    border = system_segments(prompt)
    template = words.with_system if border else words.without_system
    opening = prompt.segments[0]
    head = template.head
    # A space that the template writes before the first words is part of them, as it was when the
    # model was trained. Documents are the same wherever they stand.
    opens = head[-1:] in ("", " ") and opening.part != "document" and opening.text[:1].strip() != ""
    if words.grows and opens:
        head = head[:-1]
    pieces = [_Piece(words.of_template(head, opens=True), INSTRUCTIONS)]
    if words.start is not None and pieces[0].ids[:1] != [words.start]:
        pieces.insert(0, _Piece([words.start], INSTRUCTIONS))
    separator = words.between(SEPARATOR)
    last = len(prompt.segments) - 1
    for place, (segment, block) in enumerate(zip(prompt.segments, prompt.blocks(), strict=True)):
        document = segment.id if segment.part == "document" else None
        ids = [*pictures[place], *words.of_text(segment.text, opens=opens and not place)]
        pieces.append(_Piece(ids, block, document))
        if place == border - 1 and template.between is not None:
            pieces.append(_Piece(words.of_template(template.between), INSTRUCTIONS))
        elif place != last:
            pieces.append(_Piece(separator, block))
    pieces.append(_Piece(words.of_template(template.tail), QUESTION))
    return [piece for piece in pieces if piece.ids]


def _fit(pieces: list[_Piece], room: int) -> tuple[list[_Piece], tuple[Trim, ...]]:
    lengths = [len(piece.ids) for piece in pieces if piece.document is not None]
    fixed = sum(len(piece.ids) for piece in pieces) - sum(lengths)
    if fixed > room:
        raise ContextTooLongError(
            f"instructions and question have {fixed} tokens, and this model has room for "
            f"{max(room, 0)} besides its answer: shorten them, ask for a shorter answer, or use a "
            "model that reads more"
        )
    if fixed + sum(lengths) <= room:
        return pieces, ()
    longest = _longest(lengths, room - fixed)
    fitted, trimmed = [], []
    for piece in pieces:
        if piece.document is not None and len(piece.ids) > longest:
            trimmed.append(Trim(piece.document, len(piece.ids), longest))
            piece = replace(piece, ids=piece.ids[:longest])
        fitted.append(piece)
    return fitted, tuple(trimmed)


def _longest(lengths: list[int], room: int) -> int:
    """The greatest length to which documents can be cut so that all fit."""
    left = len(lengths)
    for length in sorted(lengths):
        if length * left > room:
            break
        room -= length
        left -= 1
    return room // left
