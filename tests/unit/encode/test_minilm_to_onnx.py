import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minilm_to_onnx as tool
from trovato.core import generator
from trovato.testing.models.tiny_bert import tiny_bert, to_safetensors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    weights, config = tiny_bert()
    (tmp_path / "model.safetensors").write_bytes(to_safetensors(weights))
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    return tmp_path


def test_safetensors_are_read_as_they_were_written(folder: Path) -> None:
    weights, _ = tiny_bert()
    read = tool.read_safetensors(folder / "model.safetensors")
    assert read.keys() == weights.keys()
    for name, value in weights.items():
        np.testing.assert_array_equal(read[name], value)


@pytest.mark.parametrize("int8", [True, False])
def test_the_same_inputs_give_the_same_bytes(folder: Path, int8: bool) -> None:
    projection = np.eye(32, 8, dtype=np.float32)
    first = tool.convert(folder, int8=int8, projection=projection)
    assert first == tool.convert(folder, int8=int8, projection=projection)
    assert first != tool.convert(folder, int8=int8, projection=-projection)


@given(st.integers(1, 65), st.integers(0, 10_000), st.sampled_from([1e-3, 1.0, 50.0]))
def test_int8_columns_are_close_and_cannot_saturate_16_bits(
    inputs: int, seed: int, spread: float
) -> None:
    weight = generator(seed, "weight").standard_normal((inputs, 7)).astype(np.float32) * spread
    weight[:, 0] = 1.0  # the worst case: neighbours all large and of one sign
    weight[:, 1] = 0.0
    quantised, scale = tool.quantise_columns(weight)
    assert np.abs(quantised * scale - weight).max(0) == pytest.approx(
        0, abs=float(scale.max()) * 0.51
    )
    even = np.pad(quantised.astype(int), ((0, inputs % 2), (0, 0)))
    for sign in (1, -1):
        pairs = np.maximum(sign * even, 0).reshape(-1, 2, 7).sum(1)
        assert 255 * pairs.max() < 2**15


def test_other_architectures_are_refused() -> None:
    weights, config = tiny_bert()
    with pytest.raises(ValueError, match="gelu"):
        tool.build(weights, {**config, "hidden_act": "relu"}, int8=True)
