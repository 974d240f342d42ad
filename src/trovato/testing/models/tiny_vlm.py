"""Tiny random page image encoders, in the layouts of the released families."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

DIM = 8
_HIDDEN = 32
_QWEN = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>")
_TILES = ("<|im_start|>", "<|begin_of_text|>", "<end_of_utterance>", "<fake_token_around_image>")
_PLACES = tuple(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7))
_TEXT: dict[str, Any] = {
    "hidden_size": _HIDDEN,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "intermediate_size": 48,
    "max_position_embeddings": 4096,
}
_SIGLIP: dict[str, Any] = {
    "model_type": "siglip_vision_model",
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 24,
}
_WIDTHS = {
    "hidden_size",
    "intermediate_size",
    "out_hidden_size",
    "projection_dim",
    "embed_dim",
    "head_dim",
}
# Architecture, what the weights of the backbone are called, and those of the projection.
_OLD_PALIGEMMA = {
    "language_model.": "language_model.model.",
    "vision_tower.": "vision_tower.vision_model.",
}
ARCHITECTURES: dict[str, tuple[str, str, dict[str, str], str]] = {
    "ColPali": ("paligemma", "model.", _OLD_PALIGEMMA, "custom_text_proj"),
    "ColPaliForRetrieval": ("paligemma", "vlm.", _OLD_PALIGEMMA, "embedding_proj_layer"),
    "ColQwen2": ("qwen2_vl", "", {"language_model.": "model."}, "custom_text_proj"),
    "ColQwen2ForRetrieval": ("qwen2_vl", "vlm.", {}, "embedding_proj_layer"),
    "ColQwen2_5": ("qwen2_5_vl", "", {}, "custom_text_proj"),
    "ColQwen3": ("qwen3_vl", "model.", {}, "custom_text_proj"),
    "ColIdefics3": ("idefics3", "model.", {}, "linear"),
    "ColModernVBert": ("modernvbert", "model.", {}, "custom_text_proj"),
    "ColModernVBertForRetrieval": ("modernvbert", "vlm.", {}, "embedding_proj_layer"),
    "Qwen3VLNemotronEmbedModel": ("qwen3_vl", "model.", {}, ""),
}


def save_tiny_vlm(folder: Path, architecture: str, seed: int = 0, width: int = 1) -> Path:
    """Writes a model of 2 layers and 32 dimensions, its tokenizer (bytes) and image processor.

    Parameters
    ----------
    folder
        Where to.
    architecture
        One of `ARCHITECTURES`, as config.json names it.
    seed
        Of the weights.
    width
        What dimensions are multiplied by: 1 is wide enough to compute with, 2 to learn.
    """
    import torch
    import transformers
    from safetensors.torch import save_file

    kind, prefix, names, head = ARCHITECTURES[architecture]
    folder.mkdir(parents=True, exist_ok=True)
    image_id, size = save_vlm_tokenizer(folder, kind)
    settings, classes = _BUILDERS[kind](size, image_id)
    settings = _wider(settings, width)
    torch.manual_seed(seed)
    config = getattr(transformers, f"{classes}Config")(**settings)
    backbone = getattr(transformers, f"{classes}Model")._from_config(config)
    weights = {}
    for name, value in backbone.state_dict().items():
        # Fresh weights are so small that all tokens look alike; norms that are 1 hide their place.
        changed = 4 * value if value.ndim >= 2 else value + 0.5 * torch.rand(value.shape)
        for own, released in names.items():
            if name.startswith(own):
                name = released + name.removeprefix(own)
                break
        weights[("" if names and prefix == "" and name.startswith("model.") else prefix) + name] = (
            changed.contiguous()
        )
    if head:
        weights[f"{head}.weight"] = torch.randn(width * DIM, width * _HIDDEN)
        weights[f"{head}.bias"] = torch.randn(width * DIM)
    else:
        weights["lm_head.weight"] = torch.randn(size, width * _HIDDEN)
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    said = json.loads(config.to_json_string(use_diff=False))
    if "ForRetrieval" in architecture:
        outer = architecture.removesuffix("ForRetrieval").lower()
        said = {"model_type": outer, "vlm_config": said, "embedding_dim": width * DIM}
    elif not head:
        said["model_type"] += "_nemotron_embed"
    _write(folder / "config.json", {**said, "architectures": [architecture]})
    return folder


def _wider(settings: dict[str, Any], width: int) -> dict[str, Any]:
    """The same with all widths multiplied."""
    found = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            value = _wider(value, width)
        elif name == "mrope_section":
            value = [width * one for one in value]
        elif name in _WIDTHS:
            value = width * value
        found[name] = value
    return found


def save_vlm_tokenizer(folder: Path, kind: str) -> tuple[int, int]:
    """Writes a tokenizer of bytes; the number of its image token, and its size."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    image = "<|image_pad|>" if kind.startswith("qwen") else "<image>"
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: at for at, letter in enumerate(letters)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if kind == "paligemma":
        special: tuple[str, ...] = ("<pad>", "<bos>", "<eos>", "<unk>")
    elif kind.startswith("qwen"):
        special = _QWEN
    else:
        special = (*_TILES, "<global-img>", "[CLS]", "[SEP]", *_PLACES)
    inner.add_special_tokens([*special, image])
    if kind == "modernvbert":
        inner.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]",
            special_tokens=[(one, inner.token_to_id(one)) for one in ("[CLS]", "[SEP]")],
        )
    named = {"pad_token": special[0]}
    if kind == "paligemma":
        named = {"pad_token": "<pad>", "bos_token": "<bos>", "eos_token": "<eos>"}
    PreTrainedTokenizerFast(tokenizer_object=inner, **named).save_pretrained(folder)
    pixels: dict[str, Any] = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    if kind == "paligemma":
        pixels |= {"size": {"height": 56, "width": 56}, "image_seq_length": 16}
    elif kind == "qwen3_vl":
        pixels |= {"patch_size": 16, "size": {"shortest_edge": 4096, "longest_edge": 32768}}
    elif kind.startswith("qwen"):
        pixels |= {"patch_size": 14, "size": {"shortest_edge": 3136, "longest_edge": 28 * 28 * 32}}
    else:
        pixels |= {"size": {"longest_edge": 128}, "max_image_size": {"longest_edge": 64}}
    _write(folder / "preprocessor_config.json", pixels)
    return inner.get_vocab()[image], inner.get_vocab_size()


def _paligemma(size: int, image: int) -> tuple[dict[str, Any], str]:
    vision = {**_SIGLIP, "image_size": 56, "patch_size": 14, "projection_dim": _HIDDEN}
    text = {"model_type": "gemma", **_TEXT, "vocab_size": size}
    return {
        "text_config": text,
        "vision_config": vision,
        "projection_dim": _HIDDEN,
        "image_token_index": image,
    }, "PaliGemma"


def qwen2_settings(size: int, image: int, *, newer: bool = False) -> tuple[dict[str, Any], str]:
    """Settings of Qwen2-VL, or of Qwen2.5-VL, and how its classes begin."""
    rope = {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 2]}
    text = {**_TEXT, "vocab_size": size, "rope_parameters": rope}
    vision: dict[str, Any] = {"depth": 1, "num_heads": 2, "patch_size": 14}
    if newer:
        vision |= {"hidden_size": 16, "out_hidden_size": _HIDDEN, "intermediate_size": 24}
        vision |= {"fullatt_block_indexes": [0], "window_size": 56}
    else:
        vision |= {"embed_dim": 16, "hidden_size": _HIDDEN, "mlp_ratio": 2}
    return {
        "text_config": text,
        "vision_config": vision,
        "image_token_id": image,
        "vision_start_token_id": image - 2,
    }, "Qwen2_5_VL" if newer else "Qwen2VL"


def qwen3_settings(size: int, image: int) -> tuple[dict[str, Any], str]:
    """Settings of Qwen3-VL, and how its classes begin."""
    rope = {"rope_type": "default", "rope_theta": 5e6, "mrope_section": [2, 1, 1]}
    text = {**_TEXT, "vocab_size": size, "rope_parameters": {**rope, "mrope_interleaved": True}}
    vision = {
        "depth": 2,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_heads": 2,
        "patch_size": 16,
        "out_hidden_size": _HIDDEN,
        "deepstack_visual_indexes": [0],
        "num_position_embeddings": 64,
    }
    return {
        "text_config": text,
        "vision_config": vision,
        "image_token_id": image,
        "vision_start_token_id": image - 2,
    }, "Qwen3VL"


def _idefics3(size: int, image: int) -> tuple[dict[str, Any], str]:
    vision = {name: value for name, value in _SIGLIP.items() if name != "model_type"}
    return {
        "text_config": {"model_type": "llama", **_TEXT, "vocab_size": size, "pad_token_id": 0},
        "vision_config": {**vision, "image_size": 64, "patch_size": 8},
        "scale_factor": 2,
        "image_token_id": image,
    }, "Idefics3"


def _modernvbert(size: int, image: int) -> tuple[dict[str, Any], str]:
    text = {name: value for name, value in _TEXT.items() if "key_value" not in name}
    text.pop("head_dim")
    special = {f"{name}_token_id": 0 for name in ("pad", "bos", "eos", "cls", "sep")}
    return {
        "text_config": {"model_type": "modernbert", **text, "vocab_size": size, **special},
        "vision_config": {**_SIGLIP, "image_size": 64, "patch_size": 8},
        "pixel_shuffle_factor": 2,
        "image_token_id": image,
    }, "ModernVBert"


_BUILDERS: dict[str, Callable[[int, int], tuple[dict[str, Any], str]]] = {
    "paligemma": _paligemma,
    "qwen2_vl": qwen2_settings,
    "qwen2_5_vl": lambda size, image: qwen2_settings(size, image, newer=True),
    "qwen3_vl": qwen3_settings,
    "idefics3": _idefics3,
    "modernvbert": _modernvbert,
}


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), "utf-8")
