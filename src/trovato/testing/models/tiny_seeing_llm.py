"""A tiny random language model that sees, in the layout of the Qwen-VL families."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from trovato.testing.models.tiny_vlm import qwen2_settings, qwen3_settings, save_vlm_tokenizer

SEEING_FAMILIES: dict[str, Callable[[int, int], tuple[dict[str, Any], str]]] = {
    "qwen2_vl": qwen2_settings,
    "qwen2_5_vl": partial(qwen2_settings, newer=True),
    "qwen3_vl": qwen3_settings,
}
_TEMPLATE = """\
{% for message in messages %}<|im_start|>{{ message.role }}
{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}\
{% if part.type == "image" %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part.text }}\
{% endif %}{% endfor %}{% endif %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def save_tiny_seeing_llm(folder: Path, family: str = "qwen2_5_vl", seed: int = 0) -> Path:
    """Writes a model of 2 layers and 32 dimensions, its tokenizer (bytes) and image processor.

    Parameters
    ----------
    folder
        Where to.
    family
        One of `SEEING_FAMILIES`.
    seed
        Of the weights.
    """
    import torch
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    image, size = save_vlm_tokenizer(folder, family)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = _TEMPLATE
    tokenizer.add_special_tokens({"eos_token": "<|im_end|>"})
    tokenizer.save_pretrained(folder)
    settings, classes = SEEING_FAMILIES[family](size, image)
    torch.manual_seed(seed)
    config = getattr(transformers, f"{classes}Config")(**settings)
    model = getattr(transformers, f"{classes}ForConditionalGeneration")._from_config(config)
    with torch.no_grad():
        for weight in model.parameters():
            # Fresh weights are so small that all tokens look alike.
            if weight.ndim >= 2:
                weight *= 4
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)
    return folder
