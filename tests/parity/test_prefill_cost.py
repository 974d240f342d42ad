"""What reading documents apart costs beside causal attention: processor time of the same prompt."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trovato.core import generator
from trovato.llm import TransformersModel
from trovato.llm.in_process.tokens import PromptTokens
from trovato.testing.tiny_llm import save_tiny_llm

DOCUMENTS, TOKENS = 16, 256


def seconds(read: Callable[[], object]) -> float:
    """The less disturbed of two runs."""
    found = []
    for _ in range(2):
        started = time.process_time()
        read()
        found.append(time.process_time() - started)
    return min(found)


def test_apart_is_at_least_one_and_a_half_times_as_fast_as_causal(tmp_path: Path) -> None:
    folder = save_tiny_llm(
        tmp_path,
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=4,
        num_attention_heads=8,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=2**14,
    )
    model = TransformersModel(folder)
    blocks = np.repeat(np.arange(-1, DOCUMENTS + 1, dtype=np.int32), TOKENS)[
        TOKENS - 32 : 32 - TOKENS
    ]
    blocks[blocks == DOCUMENTS] = -2
    ids = generator(0, "prompt").integers(6, 260, len(blocks))
    tokens = PromptTokens(ids, blocks)
    causal = seconds(lambda: model.read(tokens, "causal"))
    assert causal >= 1.5 * seconds(lambda: model.read(tokens, "sparse", "anew"))
    assert causal >= 1.5 * seconds(lambda: model.read(tokens, "sparse-parallel", "anew"))
    model.read(tokens, "sparse")
    asked = PromptTokens(np.where(blocks == -2, ids[::-1], ids), blocks)
    assert causal >= 10 * seconds(lambda: model.read(asked, "sparse"))
