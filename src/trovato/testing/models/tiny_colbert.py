"""A tiny random ColBERT, in the layouts of ColBERT and of PyLate."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any, Literal

from trovato.testing.models.tiny_bert import WORDS

Layout = Literal["colbert", "pylate"]
DIM = 16


def save_tiny_colbert(folder: Path, layout: Layout = "colbert", seed: int = 0) -> Path:
    """Writes a BERT of 2 layers and 32 dimensions with a projection to 16, and its tokenizer.

    It knows `WORDS` and punctuation, reads 48 tokens of a document and fills questions up to 12.
    """
    import torch
    import transformers
    from safetensors.torch import save_file
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]"}
    special |= {"sep_token": "[SEP]", "mask_token": "[MASK]"}
    tokens = (*special.values(), "[unused0]", "[unused1]", *WORDS, *string.punctuation)
    vocabulary = {token: at for at, token in enumerate(dict.fromkeys(tokens))}
    inner = Tokenizer(models.WordPiece(vocab=vocabulary, unk_token=special["unk_token"]))
    inner.normalizer = normalizers.BertNormalizer(lowercase=True)
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=inner, **special)
    if layout == "pylate":
        tokenizer.add_tokens([AddedToken("[Q] "), AddedToken("[D] ")])
    tokenizer.save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=64,
    )
    torch.manual_seed(seed)
    model = transformers.BertModel(config, add_pooling_layer=False)
    # Fresh weights of BERT are so small that all tokens look alike.
    weights = {
        name: 5 * value if value.ndim == 2 else value for name, value in model.state_dict().items()
    }
    projection = torch.randn(DIM, 32)
    if layout == "colbert":
        named = {f"bert.{name}": value for name, value in weights.items()}
        save_file({**named, "linear.weight": projection}, folder / "model.safetensors")
        _write(folder / "config.json", {**config.to_dict(), "architectures": ["HF_ColBERT"]})
        lengths = {"query_maxlen": 12, "doc_maxlen": 48, "mask_punctuation": True, "dim": DIM}
        _write(folder / "artifact.metadata", lengths)
        return folder
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    _write(folder / "config.json", {**config.to_dict(), "architectures": ["BertModel"]})
    write_pylate(folder, projection, query_length=12, document_length=48)
    return folder


def write_pylate(folder: Path, projection: Any, *, query_length: int, document_length: int) -> None:
    """The files that PyLate puts beside a backbone."""
    from safetensors.torch import save_file

    _write(
        folder / "modules.json",
        [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Dense", "type": "pylate.models.Dense.Dense"},
        ],
    )
    _write(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "ColBERT",
            "query_prefix": "[Q] ",
            "document_prefix": "[D] ",
            "query_length": query_length,
            "document_length": document_length,
            "attend_to_expansion_tokens": False,
            "skiplist_words": list(string.punctuation),
            "do_query_expansion": True,
            "similarity_fn_name": "MaxSim",
        },
    )
    _write(
        folder / "sentence_bert_config.json",
        {"max_seq_length": document_length - 1, "do_lower_case": False},
    )
    (folder / "1_Dense").mkdir(exist_ok=True)
    _write(
        folder / "1_Dense" / "config.json",
        {
            "in_features": projection.shape[1],
            "out_features": projection.shape[0],
            "bias": False,
            "activation_function": "torch.nn.modules.linear.Identity",
        },
    )
    save_file({"linear.weight": projection}, folder / "1_Dense" / "model.safetensors")


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), "utf-8")
