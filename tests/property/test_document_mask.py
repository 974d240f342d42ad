"""The mask of sparse document attention against its definition, on drawn prompts."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trovato.core import Prompt, PromptBlock
from trovato.ops import INSTRUCTIONS, PADDING, QUESTION, document_mask

BLOCKS = st.lists(st.sampled_from([INSTRUCTIONS, QUESTION, PADDING, 0, 1, 2, 3]), max_size=40)


def reads(blocks: list[int], row: int, column: int) -> bool:
    if row == column:
        return True
    if row < column or PADDING in (blocks[row], blocks[column]):
        return False
    if blocks[column] == INSTRUCTIONS or blocks[row] == QUESTION:
        return True
    return blocks[row] == blocks[column]


@settings(max_examples=500, deadline=None)
@given(BLOCKS)
def test_a_token_reads_what_the_definition_says(blocks: list[int]) -> None:
    mask = document_mask(np.array(blocks, np.int32))
    count = range(len(blocks))
    assert mask.tolist() == [[reads(blocks, row, column) for column in count] for row in count]


@settings(max_examples=500, deadline=None)
@given(BLOCKS)
def test_no_row_is_empty_and_nobody_reads_ahead(blocks: list[int]) -> None:
    mask = document_mask(np.array(blocks, np.int32))
    assert mask.any(axis=1).all()
    assert not np.triu(mask, 1).any()


@given(st.lists(st.integers(0, 2), max_size=8))
def test_documents_share_a_block_only_where_they_share_a_higher_tier(tiers: list[int]) -> None:
    documents = [PromptBlock("document", "x", str(place), tier) for place, tier in enumerate(tiers)]
    blocks = Prompt.of("why?", documents, "Answer.").blocks()
    assert blocks[0] == INSTRUCTIONS
    assert blocks[-1] == QUESTION
    for one, (first, tier) in enumerate(zip(blocks[1:-1], tiers, strict=True)):
        for other, (second, its) in enumerate(zip(blocks[1:-1], tiers, strict=True)):
            assert (first == second) == (one == other or tier == its > 0)
