"""A tiny random CLIP or SigLIP, in the layout that transformers saves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

WORDS = ("a", "red", "green", "dress", "circle", "but", "without", "sleeves")


def save_tiny_clip(folder: Path, kind: Literal["clip", "siglip"] = "clip", seed: int = 0) -> Path:
    """Writes a model of 2 layers and 32 dimensions, its processor and tokenizer.

    Pictures are 32 × 32 with patches of 8, texts at most 16 tokens.
    """
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<p>", "unk_token": "<u>"}
    vocabulary = {token: place for place, token in enumerate((*special.values(), *WORDS))}
    inner = Tokenizer(models.WordLevel(vocabulary, unk_token="<u>"))  # noqa: S106
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    inner.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    transformers.PreTrainedTokenizerFast(tokenizer_object=inner, **special).save_pretrained(folder)
    sizes: dict[str, Any] = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 64,
    }
    text = {
        **sizes,
        "vocab_size": len(vocabulary),
        "max_position_embeddings": 16,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 2,
    }
    vision = {**sizes, "image_size": 32, "patch_size": 8}
    torch.manual_seed(seed)
    if kind == "clip":
        config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)
        transformers.CLIPModel(config).save_pretrained(folder)
    else:
        config = transformers.SiglipConfig(text_config=text, vision_config=vision)
        transformers.SiglipModel(config).save_pretrained(folder)
    settings = {
        "do_resize": True,
        "size": {"shortest_edge": 32} if kind == "clip" else {"height": 32, "width": 32},
        "do_center_crop": kind == "clip",
        "crop_size": {"height": 32, "width": 32},
        "resample": 3,
        "do_rescale": True,
        "do_normalize": True,
        "image_mean": [0.48, 0.46, 0.41],
        "image_std": [0.27, 0.26, 0.28],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings), "utf-8")
    return folder


def save_as_open_clip(source: Path, folder: Path) -> Path:
    """Writes the model that `save_tiny_clip` wrote in OpenCLIP's own form."""
    import shutil

    import torch
    import transformers
    from safetensors.torch import save_file

    shutil.copytree(source, folder, dirs_exist_ok=True)
    for name in ("config.json", "model.safetensors", "preprocessor_config.json"):
        (folder / name).unlink()
    held = transformers.CLIPModel.from_pretrained(source).state_dict()
    tensors = {
        "logit_scale": held["logit_scale"],
        "text_projection": held["text_projection.weight"].T,
        "token_embedding.weight": held["text_model.embeddings.token_embedding.weight"],
        "positional_embedding": held["text_model.embeddings.position_embedding.weight"],
        "visual.proj": held["visual_projection.weight"].T,
        "visual.class_embedding": held["vision_model.embeddings.class_embedding"],
        "visual.conv1.weight": held["vision_model.embeddings.patch_embedding.weight"],
        "visual.positional_embedding": held["vision_model.embeddings.position_embedding.weight"],
    }
    for kind in ("weight", "bias"):
        tensors[f"ln_final.{kind}"] = held[f"text_model.final_layer_norm.{kind}"]
        tensors[f"visual.ln_pre.{kind}"] = held[f"vision_model.pre_layrnorm.{kind}"]
        tensors[f"visual.ln_post.{kind}"] = held[f"vision_model.post_layernorm.{kind}"]
        for tower, ours in (("", "text_model"), ("visual.", "vision_model")):
            for layer in range(2):
                to = f"{tower}transformer.resblocks.{layer}"
                of = f"{ours}.encoder.layers.{layer}"
                sides = [held[f"{of}.self_attn.{side}_proj.{kind}"] for side in "qkv"]
                tensors[f"{to}.attn.in_proj_{kind}"] = torch.cat(sides)
                tensors[f"{to}.attn.out_proj.{kind}"] = held[f"{of}.self_attn.out_proj.{kind}"]
                tensors[f"{to}.ln_1.{kind}"] = held[f"{of}.layer_norm1.{kind}"]
                tensors[f"{to}.ln_2.{kind}"] = held[f"{of}.layer_norm2.{kind}"]
                tensors[f"{to}.mlp.c_fc.{kind}"] = held[f"{of}.mlp.fc1.{kind}"]
                tensors[f"{to}.mlp.c_proj.{kind}"] = held[f"{of}.mlp.fc2.{kind}"]
    save_file(
        {name: values.contiguous() for name, values in tensors.items()},
        folder / "open_clip_model.safetensors",
    )
    sizes = {"layers": 2, "width": 32, "mlp_ratio": 2.0}
    model = {
        "embed_dim": 16,
        "quick_gelu": True,
        "vision_cfg": {**sizes, "head_width": 8, "image_size": 32, "patch_size": 8},
        "text_cfg": {**sizes, "heads": 4, "context_length": 16, "vocab_size": 4 + len(WORDS)},
    }
    shown = {"mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28], "resize_mode": "shortest"}
    config = {"model_cfg": model, "preprocess_cfg": shown}
    (folder / "open_clip_config.json").write_text(json.dumps(config), "utf-8")
    return folder
