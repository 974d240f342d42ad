"""BERT in NumPy against the one of transformers, with the same made-up weights."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import generator
from trovato.encode.multilingual.bert import NumpyBert
from trovato.encode.multilingual.e5_weights import E5Weights

_HIDDEN, _WIDE, _LAYERS, _HEADS, _PIECES = 32, 64, 2, 4, 40


def made_up() -> E5Weights:
    """Random weights in the shapes and names of the file."""
    random = generator(1, "bert")

    def floats(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) / 4).astype(np.float32)

    tensors = {"emb.pos": floats(64 * _HIDDEN), "emb.type": floats(2 * _HIDDEN)}
    sizes = {"q": (_HIDDEN, _HIDDEN), "k": (_HIDDEN, _HIDDEN), "v": (_HIDDEN, _HIDDEN)}
    sizes |= {"ao": (_HIDDEN, _HIDDEN), "fi": (_WIDE, _HIDDEN), "fo": (_HIDDEN, _WIDE)}
    for layer in range(_LAYERS):
        for part, (outputs, inputs) in sizes.items():
            tensors[f"l{layer}.{part}.w"] = floats(outputs * inputs)
            tensors[f"l{layer}.{part}.b"] = floats(outputs)
    norms = ["emb.ln", *(f"l{layer}.{part}" for layer in range(_LAYERS) for part in ("aln", "oln"))]
    for name in norms:
        tensors[f"{name}.w"] = 1 + floats(_HIDDEN)
        tensors[f"{name}.b"] = floats(_HIDDEN)
    blocks = random.integers(0, 256, (_PIECES, _HIDDEN // 32, 18), np.uint8)
    blocks[..., :2] = np.array([0.1], np.float16).view(np.uint8)
    pieces = [(f"piece {number}", 0.0) for number in range(_PIECES)]
    return E5Weights(_LAYERS, _HEADS, _HIDDEN, 1e-12, pieces, tensors, blocks)


@pytest.mark.needs("transformers")
def test_it_is_bert() -> None:
    import torch
    from transformers import BertConfig, BertModel

    weights = made_up()
    config = BertConfig(
        vocab_size=_PIECES,
        hidden_size=_HIDDEN,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=_WIDE,
        max_position_embeddings=64,
        layer_norm_eps=1e-12,
    )
    tensors = weights.tensors
    state = {
        "embeddings.word_embeddings.weight": weights.embeddings(np.arange(_PIECES)),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, _HIDDEN),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, _HIDDEN),
    }
    names = {"emb.ln": "embeddings.LayerNorm"}
    for layer in range(_LAYERS):
        at = f"encoder.layer.{layer}"
        names |= {
            f"l{layer}.q": f"{at}.attention.self.query",
            f"l{layer}.k": f"{at}.attention.self.key",
            f"l{layer}.v": f"{at}.attention.self.value",
            f"l{layer}.ao": f"{at}.attention.output.dense",
            f"l{layer}.aln": f"{at}.attention.output.LayerNorm",
            f"l{layer}.fi": f"{at}.intermediate.dense",
            f"l{layer}.fo": f"{at}.output.dense",
            f"l{layer}.oln": f"{at}.output.LayerNorm",
        }
    for ours, theirs in names.items():
        dense = not ours.endswith("ln")
        state[f"{theirs}.weight"] = weights.matrix(f"{ours}.w") if dense else tensors[f"{ours}.w"]
        state[f"{theirs}.bias"] = tensors[f"{ours}.b"]
    model = BertModel(config, add_pooling_layer=False).eval()
    model.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    ids = generator(2, "ids").integers(0, _PIECES, 23)
    with torch.no_grad():
        wanted = model(torch.tensor(ids[None])).last_hidden_state[0].numpy()
    np.testing.assert_allclose(NumpyBert(weights)(ids), wanted, atol=2e-5)
