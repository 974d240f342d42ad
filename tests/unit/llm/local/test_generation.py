"""Ends of sequence, budgets, draws, and characters that lie across tokens."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    AttentionMode,
    ContextTooLongError,
    Decoding,
    Prompt,
    collect_stream,
    generator,
)
from trovato.llm import LocalModel
from trovato.llm.local.generation import ending, sampler
from trovato.llm.local.incremental_detokenizer import text_pieces
from trovato.llm.local.prompt_tokens import PromptTokens
from trovato.llm.local.tokenizer import PromptTokenizer
from trovato.ops import top_p_distribution
from trovato.testing.models.tiny_llm import save_tiny_llm, tiny_model, tiny_tokenizer

pytestmark = pytest.mark.needs("torch")

PROMPT = Prompt.of("who?", ["one", "two"], "Answer.")


def saying(folder: Path, follows: dict[int | None, int]) -> LocalModel:
    """A model that writes the token that follows the last one, None for any other."""
    import torch

    inner = tiny_model(tie_word_embeddings=False, vocab_size=300)
    with torch.no_grad():
        # The embedding of a token is all that the last layer sees of it.
        for name, weight in inner.named_parameters():
            if "o_proj" in name or "down_proj" in name:
                weight.zero_()
        inner.model.embed_tokens.weight.zero_()
        inner.model.embed_tokens.weight[:, 0] = 1
        inner.lm_head.weight.zero_()
        for place, (token, following) in enumerate(follows.items(), 1):
            if token is None:
                inner.lm_head.weight[following, 0] = 1
            else:
                inner.model.embed_tokens.weight[token] = torch.eye(32)[place]
                inner.lm_head.weight[following, place] = 1
    inner.save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return LocalModel(folder)


def test_the_first_token_may_be_the_end(tmp_path: Path) -> None:
    model = saying(tmp_path, {None: 1})
    for attention in ("causal", "sparse"):
        done = model.complete([PROMPT, PROMPT], Decoding(5), attention)[1]
        assert (done.text, done.finish, done.tokens) == ("", "stop", 1)
    assert list(model.stream(PROMPT, Decoding(5))) == []


def test_a_character_across_tokens_comes_out_whole(tmp_path: Path) -> None:
    ids = PromptTokenizer(tiny_tokenizer()).of_text("é😀")
    assert len(ids) == 6
    model = saying(tmp_path, {None: ids[0]} | dict(zip(ids, [*ids[1:], 1], strict=True)))
    assert list(model.stream(PROMPT, Decoding(20), "sparse")) == ["é", "😀"]
    done = model.complete([PROMPT], Decoding(20))[0]
    assert (done.text, done.finish, done.tokens) == ("é😀", "stop", 7)
    # The budget holds the end of sequence too; a character that was cut is marked.
    expected = {
        7: ("é😀", "stop"),
        6: ("é😀", "length"),
        5: ("é\ufffd", "length"),
        2: ("é", "length"),
    }
    for budget, (text, finish) in expected.items():
        done = model.complete([PROMPT], Decoding(budget))[0]
        assert (done.text, done.finish, done.tokens) == (text, finish, budget)
        assert "".join(model.stream(PROMPT, Decoding(budget))) == text


def test_every_declared_end_ends(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    model = saying(folder, {None: 5})
    assert model.complete([PROMPT], Decoding(3))[0].finish == "length"
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    settings = other / "generation_config.json"
    settings.write_text('{"eos_token_id": [1, 5]}')
    assert LocalModel(other).complete([PROMPT], Decoding(3))[0].tokens == 1


def test_too_long_a_question_says_how_long(tmp_path: Path) -> None:
    model = LocalModel(save_tiny_llm(tmp_path), window=40)
    with pytest.raises(ContextTooLongError, match="has room for 30 besides"):
        model.complete([Prompt.of("who? " * 20, ["one"])], Decoding(10))
    with pytest.raises(ContextTooLongError, match="room for 0 besides its answer"):
        model.complete([PROMPT], Decoding(50))
    long = Prompt.of("who?", ["one" * 50])
    cut = model.complete([long], Decoding(10))[0]
    assert collect_stream(model.stream(long, Decoding(10))) == cut
    assert cut.prompt_tokens == 30
    assert cut.trimmed[0].tokens == 150


def naive_top_p(logits: Iterable[float], temperature: float, top_p: float) -> list[float]:
    """The same one token at a time."""
    numbers = [float(x) / temperature for x in logits]
    weights = [float(np.exp(x - max(numbers))) for x in numbers]
    shares = [weight / sum(weights) for weight in weights]
    kept: list[int] = []
    for token in sorted(range(len(shares)), key=lambda token: (-shares[token], token)):
        if not kept or sum(shares[other] for other in kept) < top_p:
            kept.append(token)
    total = sum(shares[token] for token in kept)
    return [shares[token] / total if token in kept else 0.0 for token in range(len(shares))]


@pytest.mark.parametrize("temperature", [0.1, 1.0, 3.0])
@pytest.mark.parametrize("top_p", [1e-6, 0.3, 0.9, 1.0])
def test_top_p_keeps_the_likeliest_that_reach_top_p(temperature: float, top_p: float) -> None:
    for seed in range(5):
        logits = generator(seed, "logits").standard_normal(30).astype(np.float32)
        found = top_p_distribution(logits, temperature, top_p)
        assert np.allclose(found, naive_top_p(logits, temperature, top_p), atol=1e-12)
    assert top_p_distribution(np.zeros(4, np.float32), 1.0, 0.5).tolist() == [0.5, 0.5, 0, 0]
    extreme = top_p_distribution(np.array([3e38, -3e38, 0], np.float32), 1e-6, 1.0)
    assert extreme.tolist() == [1, 0, 0]


def test_draws_follow_the_seed_and_the_prompt() -> None:
    logits = np.zeros(1000, np.float32)
    one = PromptTokens(np.array([1, 2]), np.array([-1, -2], np.int32))
    other = PromptTokens(np.array([1, 3]), np.array([-1, -2], np.int32))

    def drawn(seed: int, prompt: PromptTokens) -> list[int]:
        choose = sampler(Decoding(temperature=1.0, seed=seed), prompt)
        return [choose(logits) for _ in range(5)]

    assert drawn(0, one) == drawn(0, one)
    assert len({tuple(drawn(seed, prompt)) for seed in (0, 1) for prompt in (one, other)}) == 4


def test_pieces_are_the_text() -> None:
    words = PromptTokenizer(tiny_tokenizer())
    text = "the é 日本 </s>\ufffd end"
    ids = words.of_text(text)
    # A byte that begins a character and is never finished.
    broken = [*ids, words.of_text("😀")[0], *ids]
    for tokens in (ids, broken, []):
        pieces = list(text_pieces(tokens, words))
        assert "".join(pieces) == words.text(tokens)
        assert all(pieces)


@pytest.mark.parametrize("attention", ["causal", "sparse"])
def test_a_string_ends_the_answer_and_is_no_part_of_it(
    tmp_path: Path, attention: AttentionMode
) -> None:
    words = PromptTokenizer(tiny_tokenizer())
    a, b, c = words.of_text("xyz")
    model = saying(tmp_path, {None: a, a: b, b: c, c: a})  # xyzxyzxyz…
    for stop, text, tokens in ((("zx",), "xy", 4), (("?", "z"), "xy", 3), (("?",), "xyzxyzxy", 8)):
        decoding = Decoding(8, stop=stop)
        first, second = model.complete([PROMPT, PROMPT], decoding, attention)
        assert first == second
        assert (first.text, first.tokens) == (text, tokens)
        assert first.finish == ("length" if tokens == 8 else "stop")
        streamed = collect_stream(model.stream(PROMPT, decoding, attention))
        assert (streamed.text, streamed.finish) == (first.text, first.finish)


def test_time_to_write_grows_with_the_length(monkeypatch: pytest.MonkeyPatch) -> None:
    words = PromptTokenizer(tiny_tokenizer())
    read: list[int] = []
    decode = words.text

    def counted(ids: list[int]) -> str:
        read.append(len(ids))
        return decode(ids)

    monkeypatch.setattr(words, "text", counted)
    ids = words.of_text("the thing in an inn. " * 100)
    ids += [2] * 500 + words.of_text("an inn")  # special tokens have no text
    ends = ending(("never this",), frozenset(), words)
    assert not any(ends(token) for token in ids)
    assert "".join(text_pieces(ids, words)) == decode(ids)
    assert max(read) <= 4 * len("never this") + 4
