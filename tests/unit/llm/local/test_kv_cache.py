"""What was read of documents is remembered, for exactly as long as it is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import Decoding, Prompt
from trovato.llm import LocalModel
from trovato.llm.local.kv_cache import KVCache, KVCacheMemory
from trovato.llm.local.prefill import _BATCH_TOKENS, _batches
from trovato.testing.models.tiny_llm import save_tiny_llm

pytestmark = pytest.mark.needs("torch")

TEXTS = ["The Nile has 6,650 km.", "The Amazon has 6,400 km.", "Snow falls."]


@pytest.fixture
def model(tmp_path: Path) -> LocalModel:
    return LocalModel(save_tiny_llm(tmp_path / "model"))


def counts(model: LocalModel, prompt: Prompt, attention: Any) -> tuple[int, int]:
    memory = model.memory
    hits, misses = memory.hits, memory.misses
    model.read(model.tokenise(prompt), attention)
    return memory.hits - hits, memory.misses - misses


def test_a_hit_is_equal_to_the_bit(model: LocalModel) -> None:
    tokens = model.tokenise(Prompt.of("who?", TEXTS, "Answer."))
    for attention in ("sparse", "sparse-parallel"):
        first = model.read(tokens, attention)
        second = model.read(tokens, attention)
        assert np.array_equal(first.logits.numpy(), second.logits.numpy())
    # Instructions and the first document stand where they did before, in either way to read.
    assert model.memory.hits == 10


def test_another_question_reads_the_question_alone(model: LocalModel) -> None:
    for attention in ("sparse", "sparse-parallel"):
        counts(model, Prompt.of("who?", TEXTS, "Answer."), attention)
        assert counts(model, Prompt.of("what else?", TEXTS, "Answer."), attention) == (4, 0)


def test_whatever_a_document_depends_on_is_in_its_key(model: LocalModel) -> None:
    prompt = Prompt.of("who?", TEXTS, "Answer.")
    counts(model, prompt, "sparse")
    # Other instructions, even of the same length: nothing is known.
    assert counts(model, Prompt.of("who?", TEXTS, "Banter!"), "sparse") == (0, 4)
    # Another place: the first document starts where it did.
    assert counts(model, Prompt.of("who?", [TEXTS[0], TEXTS[2]], "Answer."), "sparse") == (2, 1)
    # The same place for all: order is free.
    counts(model, prompt, "sparse-parallel")
    swapped = Prompt.of("who?", [TEXTS[0], TEXTS[2], TEXTS[1]], "Answer.")
    assert counts(model, swapped, "sparse-parallel") == (4, 0)
    swapped = Prompt.of("who?", [TEXTS[1], TEXTS[0], TEXTS[2]], "Answer.")
    # The second text was read at the start before, though in the other way.
    assert counts(model, swapped, "sparse") == (3, 1)


def test_answers_are_the_same_without_memory(tmp_path: Path) -> None:
    folder = save_tiny_llm(tmp_path / "model")
    forgetful = LocalModel(folder, cache_bytes=0)
    model = LocalModel(folder)
    for question in ("who?", "what?", "who?"):
        prompt = Prompt.of(question, TEXTS)
        expected = forgetful.complete([prompt], Decoding(12), "sparse")
        assert model.complete([prompt], Decoding(12), "sparse") == expected
    assert forgetful.memory.hits == 0
    assert model.memory.hits > 0


def test_what_is_remembered_holds_no_more_memory_than_it_says(model: LocalModel) -> None:
    counts(model, Prompt.of("who?", TEXTS, "Answer."), "sparse")
    remembered = list(model.memory._entries.values())
    assert len(remembered) == 4
    for states in remembered:
        held = sum(part.untyped_storage().nbytes() for layer in states.layers for part in layer)
        assert held == states.nbytes


def test_what_is_unused_longest_is_forgotten_first() -> None:
    import torch

    def states(tokens: int) -> KVCache:
        return KVCache(((torch.zeros(1, tokens, 1), torch.zeros(1, tokens, 1)),))

    memory = KVCacheMemory(8 * 10)
    memory.put(b"a", states(4))
    memory.put(b"b", states(4))
    assert memory.get(b"a") is not None
    memory.put(b"c", states(4))
    assert [memory.get(key) is not None for key in (b"a", b"b", b"c")] == [True, False, True]
    memory.put(b"d", states(11))  # more than there is room for: nothing goes for it
    assert memory.get(b"d") is None
    assert memory.get(b"a") is not None
    memory.put(b"a", states(9))  # the same key stands for the same states
    assert memory.get(b"c") is not None
    memory.clear()
    memory.put(b"e", states(10))
    assert memory.get(b"e") is not None
    assert (memory.hits, memory.misses) == (6, 2)


def test_documents_read_together_stay_within_the_batch() -> None:
    lengths = [10, _BATCH_TOKENS * 2, 1, *[_BATCH_TOKENS // 3] * 7, 5, *[1] * 3000]
    batches = list(_batches(lengths))
    assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[at] for at in batch)
        assert padded <= _BATCH_TOKENS or len(batch) == 1
    assert len(batches) == 6
    assert list(_batches([])) == []
