"""A tiny random BERT: everything that is done to the real weights can be done to these."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import generator
from trovato.core.shapes import Float32


def tiny_bert(seed: int = 0) -> tuple[dict[str, Float32[np.ndarray, "..."]], dict[str, Any]]:
    """Random weights and configuration of a BERT of 2 layers, 32 dimensions and 4 heads."""
    config = {
        "hidden_act": "gelu",
        "hidden_size": 32,
        "intermediate_size": 64,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 300,
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "type_vocab_size": 2,
        "vocab_size": 50,
    }
    random = generator(seed, "tiny_bert")

    def draw(*shape: int, around: float = 0.0) -> Float32[np.ndarray, "..."]:
        return (around + 0.3 * random.standard_normal(shape)).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": draw(50, 32),
        "embeddings.position_embeddings.weight": draw(300, 32),
        "embeddings.token_type_embeddings.weight": draw(2, 32),
        "embeddings.LayerNorm.weight": draw(32, around=1.0),
        "embeddings.LayerNorm.bias": draw(32),
    }
    for layer in range(2):
        at = f"encoder.layer.{layer}"
        for name, outputs, inputs in (
            ("attention.self.query", 32, 32),
            ("attention.self.key", 32, 32),
            ("attention.self.value", 32, 32),
            ("attention.output.dense", 32, 32),
            ("intermediate.dense", 64, 32),
            ("output.dense", 32, 64),
        ):
            weights[f"{at}.{name}.weight"] = draw(outputs, inputs)
            weights[f"{at}.{name}.bias"] = draw(outputs)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"{at}.{name}.weight"] = draw(32, around=1.0)
            weights[f"{at}.{name}.bias"] = draw(32)
    return weights, config


WORDS = tuple(
    "when where who how long the a old new mill bridge harbour tower school opened built closed "  # noqa: SIM905
    "stands in on by is was town river hill rome oslo bergen paris anna karl eve day year many "
    "green tall says that it ##s ##ed".split()
)


def save_tiny_bert(folder: Path, seed: int = 0) -> Path:
    """Writes it and a tokenizer of `WORDS` as transformers would, and returns the folder."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]"}
    special |= {"sep_token": "[SEP]", "mask_token": "[MASK]"}
    vocabulary = {token: at for at, token in enumerate((*special.values(), *WORDS))}
    inner = Tokenizer(models.WordPiece(vocab=vocabulary, unk_token=special["unk_token"]))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(tokenizer_object=inner, **special).save_pretrained(folder)
    weights, config = tiny_bert(seed)
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "bert"}), "utf-8")
    (folder / "model.safetensors").write_bytes(to_safetensors(weights))
    return folder


def to_safetensors(weights: Mapping[str, Float32[np.ndarray, "..."]]) -> bytes:
    """The bytes of a safetensors file that holds `weights`."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, value in weights.items():
        ends = [len(data), len(data) + value.nbytes]
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": ends}
        data += value.tobytes()
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + data
