"""OpenCLIP's own form of a checkpoint, as transformers' model of the same network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import ModelUnavailableError
from trovato.core.shapes import Shaped

CONFIG, WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"

Tensors = Mapping[str, Shaped[np.ndarray, "..."]]
_BLOCK = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}
_VISION = {
    "visual.class_embedding": "vision_model.embeddings.class_embedding",
    "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
    "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    "visual.ln_pre.weight": "vision_model.pre_layrnorm.weight",
    "visual.ln_pre.bias": "vision_model.pre_layrnorm.bias",
    "visual.ln_post.weight": "vision_model.post_layernorm.weight",
    "visual.ln_post.bias": "vision_model.post_layernorm.bias",
}
_TEXT = {
    "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "ln_final.weight": "text_model.final_layer_norm.weight",
    "ln_final.bias": "text_model.final_layer_norm.bias",
    "logit_scale": "logit_scale",
}
_PROJECTIONS = {
    "visual.proj": "visual_projection.weight",
    "text_projection": "text_projection.weight",
}


def read_open_clip_config(folder: Path) -> dict[str, Any]:
    """`model_cfg` and `preprocess_cfg` of a checkpoint.

    Raises
    ------
    ModelUnavailableError
        If the file is damaged, or the network is no plain CLIP: one of timm or of another tower.
    """
    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        vision, text = config["model_cfg"]["vision_cfg"], config["model_cfg"]["text_cfg"]
        plain = isinstance(vision["layers"], int) and "hf_model_name" not in text
        known = config["preprocess_cfg"].get("resize_mode", "shortest") in ("shortest", "squash")
    except (ValueError, KeyError, TypeError) as error:
        raise ModelUnavailableError(f"{folder / CONFIG} is damaged") from error
    if not plain or not known or "timm_model_name" in vision or vision.get("attentional_pool"):
        raise ModelUnavailableError(
            f"{folder} holds an OpenCLIP model with towers of another kind; wanted one of CLIP's "
            "own vision and text transformers, whose pictures are cut or squashed"
        )
    return config


def clip_settings(config: Mapping[str, Any], end_of_text: int) -> dict[str, Any]:
    """Arguments of transformers' `CLIPConfig` for the same network.

    Parameters
    ----------
    config
        From `read_open_clip_config`.
    end_of_text
        Id of the token whose place stands for the text.
    """
    model = config["model_cfg"]
    vision, text = model["vision_cfg"], model["text_cfg"]
    common = {
        "projection_dim": model["embed_dim"],
        "hidden_act": "quick_gelu" if model.get("quick_gelu") else "gelu",
    }
    return {
        "projection_dim": model["embed_dim"],
        "vision_config": {
            **common,
            "image_size": vision["image_size"],
            "patch_size": vision["patch_size"],
            **_sizes(vision, vision["width"] // vision.get("head_width", 64)),
        },
        "text_config": {
            **common,
            "vocab_size": text["vocab_size"],
            "max_position_embeddings": text["context_length"],
            "eos_token_id": end_of_text,
            **_sizes(text, text["heads"]),
        },
    }


def renamed(tensors: Tensors) -> dict[str, Shaped[np.ndarray, "..."]]:
    """OpenCLIP's tensors under the names of transformers' `CLIPModel`.

    Queries, keys and values come apart, and projections are transposed.

    Raises
    ------
    ModelUnavailableError
        If a tensor belongs to another network.
    """
    return dict(pair for name, values in tensors.items() for pair in _renamed(name, values))


def _renamed(
    name: str, values: Shaped[np.ndarray, "..."]
) -> Iterator[tuple[str, Shaped[np.ndarray, "..."]]]:
    name = name.removeprefix("text.")  # of models with a text tower apart
    known = _VISION.get(name) or _TEXT.get(name)
    if known is not None:
        yield known, values
        return
    if name in _PROJECTIONS:
        yield _PROJECTIONS[name], np.ascontiguousarray(values.T)
        return
    tower, block, rest = name.partition("transformer.resblocks.")
    number, _, part = rest.partition(".")
    model = {"visual.": "vision_model", "": "text_model"}.get(tower)
    if not block or model is None:
        raise ModelUnavailableError(f"the tensor {name!r} belongs to no CLIP network of OpenCLIP")
    layer = f"{model}.encoder.layers.{number}"
    if part.startswith("attn.in_proj_"):
        kind = part.removeprefix("attn.in_proj_")
        for side, third in zip("qkv", np.split(values, 3), strict=True):
            yield f"{layer}.self_attn.{side}_proj.{kind}", np.ascontiguousarray(third)
        return
    module, _, kind = part.rpartition(".")
    if module not in _BLOCK:
        raise ModelUnavailableError(f"the tensor {name!r} belongs to no CLIP network of OpenCLIP")
    yield f"{layer}.{_BLOCK[module]}.{kind}", values


def _sizes(tower: Mapping[str, Any], heads: int) -> dict[str, Any]:
    width = tower["width"]
    return {
        "hidden_size": width,
        "intermediate_size": int(width * tower.get("mlp_ratio", 4.0)),
        "num_hidden_layers": tower["layers"],
        "num_attention_heads": heads,
    }
