"""Models that see, against transformers' own reading of the same picture."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trovato.core import Decoding, Prompt, PromptBlock
from trovato.llm import LocalVisionModel
from trovato.testing.models.tiny_seeing_llm import SEEING_FAMILIES, save_tiny_seeing_llm

pytestmark = [pytest.mark.needs("torch"), pytest.mark.slow]


def jpeg(seed: int) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (60, 90, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("family", SEEING_FAMILIES)
def test_what_is_written_of_a_picture(family: str, tmp_path: Path) -> None:
    import torch
    import transformers

    folder = save_tiny_seeing_llm(tmp_path / family, family)
    prompt = Prompt(
        (
            PromptBlock("instructions", "Describe it."),
            PromptBlock("question", "Red?", image=jpeg(1)),
        )
    )
    ours = LocalVisionModel(folder).complete([prompt], Decoding(max_tokens=12))[0]

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    processor = transformers.Qwen2VLImageProcessorPil.from_pretrained(folder)
    found = processor(images=[Image.open(io.BytesIO(jpeg(1)))], return_tensors="pt")
    patches = int(found["image_grid_thw"].prod()) // processor.merge_size**2
    user = [{"type": "image"}, {"type": "text", "text": "Red?"}]
    messages = [{"role": "system", "content": "Describe it."}, {"role": "user", "content": user}]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    pad = "<|image_pad|>"
    ids = tokenizer(text.replace(pad, pad * patches), return_tensors="pt").input_ids
    model = transformers.AutoModelForImageTextToText.from_pretrained(folder).eval()
    kinds = (ids == tokenizer.convert_tokens_to_ids(pad)).int()
    with torch.inference_mode():
        written = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            mm_token_type_ids=kinds,
            max_new_tokens=12,
            do_sample=False,
            pad_token_id=0,
            **found,
        )[0, ids.shape[1] :]
    assert ours.prompt_tokens == ids.shape[1]
    assert ours.text == tokenizer.decode(written, skip_special_tokens=True)
    assert ours.tokens == len(written) > 3
