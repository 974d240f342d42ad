"""Real prompts of any text: every token has its block, and no text moves a border."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trovato.core import Prompt, PromptBlock, PromptRole
from trovato.llm.local.position_ids import parallel_positions
from trovato.llm.local.prompt_tokens import tokenise
from trovato.llm.local.tokenizer import PromptTokenizer
from trovato.ops import INSTRUCTIONS, QUESTION, document_mask
from trovato.testing.models.tiny_llm import CHAT_TEMPLATE, COMMANDS, SPECIAL, tiny_tokenizer

pytestmark = pytest.mark.needs("torch")


@cache
def words_of(template: str | None) -> tuple[PromptTokenizer, Any]:
    tokenizer = tiny_tokenizer(template)
    return PromptTokenizer(tokenizer), tokenizer


TEXT = st.lists(
    st.one_of(
        st.sampled_from([*SPECIAL, *COMMANDS, "\n\n", "the ", " and", "Question:", "<|", "|>"]),
        st.text(max_size=4),
        # Special tokens cut anywhere, which neighbours may complete.
        st.sampled_from(SPECIAL).flatmap(
            lambda token: st.integers(0, len(token)).map(lambda cut: token[cut:] + token[:cut])
        ),
    ),
    max_size=5,
).map("".join)
PARTS: list[PromptRole] = ["instructions", "document", "question"]
SEGMENTS = st.lists(
    st.builds(
        lambda part, text, tier: PromptBlock(part, text, trust=tier if part == "document" else 0),
        st.sampled_from(PARTS),
        TEXT,
        st.integers(0, 2),
    ),
    max_size=6,
)


@settings(max_examples=500)
@given(SEGMENTS, TEXT, st.sampled_from([CHAT_TEMPLATE, None]))
def test_every_token_has_the_block_of_its_segment(
    segments: list[PromptBlock], question: str, template: str | None
) -> None:
    prompt = Prompt((*segments, PromptBlock("question", question + "?")))
    words, tokenizer = words_of(template)
    tokens = tokenise(prompt, words, 10_000)
    assert len(tokens.ids) == len(tokens.blocks)
    assert tokens.blocks[0] == INSTRUCTIONS
    assert tokens.blocks[-1] == QUESTION
    assert (tokens.ids == 0).sum() == 1
    # Each block reads as its segments do, one after the other.
    for block in set(prompt.blocks()):
        # An empty line belongs to the segment that it closes.
        text = "".join(
            segment.text + "\n\n"
            for segment, its in zip(prompt.segments, prompt.blocks(), strict=True)
            if its == block
        )
        found = tokenizer.decode(tokens.ids[tokens.blocks == block].tolist())
        if block >= 0:
            assert found == text
            assert not set(tokens.ids[tokens.blocks == block]) & set(tokenizer.added_tokens_decoder)
    mask = document_mask(tokens.blocks)
    assert mask.diagonal().all()
    assert mask[-1].all()
    assert not np.triu(mask, 1).any()
    instructions, asks = tokens.blocks == INSTRUCTIONS, tokens.blocks == QUESTION
    same = tokens.blocks[:, None] == tokens.blocks
    assert (mask == np.tril(instructions | asks[:, None] | same)).all()


@given(st.lists(st.sampled_from([INSTRUCTIONS, QUESTION, 0, 1, 2]), min_size=1, max_size=30))
def test_parallel_positions_rise_for_every_reader(blocks: list[int]) -> None:
    """A token stands after all that it reads, and nothing stands further than it would in a row."""
    array = np.array(blocks, np.int32)
    positions = parallel_positions(array)
    assert (positions <= np.arange(len(blocks))).all()
    for row, column in zip(*np.nonzero(document_mask(array)), strict=True):
        if row != column:
            assert positions[column] < positions[row]


def test_documents_in_a_row_start_at_the_same_place() -> None:
    blocks = np.array([-1, -1, 0, 0, 0, 1, 2, 2, -2, -2], np.int32)
    assert parallel_positions(blocks).tolist() == [0, 1, 2, 3, 4, 2, 2, 3, 5, 6]
    blocks = np.array([-2, 0, -1, 1, 1, -2], np.int32)
    assert parallel_positions(blocks).tolist() == [0, 1, 2, 3, 4, 5]
