"""Nemotron ColEmbed V2 against its text decoder written out in NumPy, and against a hook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from trovato.encode.late_interaction import PageImageEncoder
from trovato.testing.models.tiny_vlm import save_tiny_vlm

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
NAME = "Qwen3VLNemotronEmbedModel"
HEADS, GROUPS, WIDTH, THETA, EPSILON = 4, 2, 8, 5e6, 1e-6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_vlm(tmp_path_factory.mktemp("nemotron"), NAME)


def rms(values: Any, weight: Any) -> Any:
    return weight * values / np.sqrt((values**2).mean(-1, keepdims=True) + EPSILON)


def turned(values: Any) -> Any:
    """Rotary positions on `(heads, tokens, width)`."""
    half = WIDTH // 2
    angles = np.arange(values.shape[1])[:, None] * THETA ** (-np.arange(half) / half)
    cos, sin = np.cos(angles), np.sin(angles)
    a, b = values[..., :half], values[..., half:]
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)


def decoder(weights: dict[str, Any], ids: Any) -> Any:
    """All layers, every token seeing every other, without the last normalisation."""
    start = "model.language_model"
    hidden = weights[f"{start}.embed_tokens.weight"][ids].astype(np.float64)
    for layer in range(2):
        at = f"{start}.layers.{layer}"

        def linear(name: str, values: Any, at: str = at) -> Any:
            return values @ weights[f"{at}.{name}.weight"].T

        normed = rms(hidden, weights[f"{at}.input_layernorm.weight"])
        parts = []
        for name, heads in (("q", HEADS), ("k", GROUPS), ("v", GROUPS)):
            split = linear(f"self_attn.{name}_proj", normed).reshape(len(ids), heads, WIDTH)
            split = split.transpose(1, 0, 2)
            if name != "v":
                split = turned(rms(split, weights[f"{at}.self_attn.{name}_norm.weight"]))
            parts.append(np.repeat(split, HEADS // heads, axis=0))
        scores = parts[0] @ parts[1].transpose(0, 2, 1) / np.sqrt(WIDTH)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        mixed = (shares @ parts[2]).transpose(1, 0, 2).reshape(len(ids), -1)
        hidden = hidden + linear("self_attn.o_proj", mixed)
        normed = rms(hidden, weights[f"{at}.post_attention_layernorm.weight"])
        gate = linear("mlp.gate_proj", normed)
        silu = gate / (1 + np.exp(-gate))
        hidden = hidden + linear("mlp.down_proj", silu * linear("mlp.up_proj", normed))
    return hidden


def test_a_question_is_what_the_decoder_says(folder: Path) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    prompt = "<|im_start|>user\nQuery: query: net sales?<|im_end|>\n<|im_start|>assistant\n"
    ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(prompt).ids
    hidden = decoder(load_file(folder / "model.safetensors"), np.array(ids))
    wanted = hidden / np.linalg.norm(hidden, axis=-1, keepdims=True)
    found = PageImageEncoder(folder).encode_query("net sales?").values
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() <= 1e-4


def test_a_page_is_the_state_before_the_last_normalisation(folder: Path) -> None:
    import torch
    import transformers
    from safetensors.torch import load_file
    from torch.nn import functional

    encoder = PageImageEncoder(folder)
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (96, 64, 3)).astype(np.uint8))
    (page,) = encoder.encode_images([image])
    config = transformers.Qwen3VLConfig.from_pretrained(folder)
    config.model_type = "qwen3_vl"
    config.text_config.is_causal = False
    model = transformers.Qwen3VLModel._from_config(config, attn_implementation="eager").eval()
    model.load_state_dict(
        {
            name.removeprefix("model."): value
            for name, value in load_file(folder / "model.safetensors").items()
            if name.startswith("model.")
        }
    )
    states: list[Any] = []
    layer = model.language_model.layers[-1]
    layer.register_forward_hook(lambda *given: states.append(given[2]))
    processor = transformers.Qwen2VLImageProcessorPil.from_pretrained(folder)
    pixels = processor(images=[image], return_tensors="pt")
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    prompt = encoder.family.page.replace("{image}", "<|image_pad|>" * 6)
    ids = tokenizer(prompt, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        normed = model(
            input_ids=ids,
            mm_token_type_ids=(ids == config.image_token_id).long(),
            **pixels,
        ).last_hidden_state
    state = states[0][0] if isinstance(states[0], tuple) else states[0]
    state = state.reshape(len(page), -1)
    assert np.abs(functional.normalize(state, dim=-1).numpy() - page.values).max() <= 1e-5
    assert np.abs(functional.normalize(normed[0], dim=-1).numpy() - page.values).max() > 1e-2


def test_each_token_sees_those_after_it(folder: Path, tmp_path: Path) -> None:
    both = PageImageEncoder(folder)
    one, other = both.encode_query("net sales a").values, both.encode_query("net sales b").values
    assert np.abs(one[0] - other[0]).max() > 1e-3
    causal = PageImageEncoder(save_tiny_vlm(tmp_path / "causal", "ColQwen3"))
    one, other = (causal.encode_query(f"net sales {end}").values for end in "ab")
    assert np.array_equal(one[:15], other[:15])
