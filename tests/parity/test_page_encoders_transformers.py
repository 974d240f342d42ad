"""Page image encoders against the retrieval classes and processors of transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from trovato.encode.late_interaction import PageImageEncoder
from trovato.testing.models.tiny_vlm import save_tiny_vlm

pytestmark = [
    pytest.mark.needs("torch"),
    pytest.mark.needs("transformers"),
    pytest.mark.filterwarnings("ignore"),
]
TEXTS = ["net sales?", "How many 東京 in 2015"]


def pictures() -> list[Image.Image]:
    random = np.random.default_rng(0)
    sizes = ((140, 100, 3), (64, 64, 3), (60, 190, 3))
    return [Image.fromarray(random.integers(0, 256, size).astype(np.uint8)) for size in sizes]


def peer(folder: Path, name: str) -> tuple[Any, Any]:
    import transformers as hf

    tokenizer = hf.PreTrainedTokenizerFast.from_pretrained(folder)
    model = getattr(hf, f"{name}ForRetrieval").from_pretrained(folder).eval()
    if name == "ColPali":
        pixels = hf.SiglipImageProcessorPil.from_pretrained(folder)
        return model, hf.ColPaliProcessor(pixels, tokenizer)
    if name == "ColQwen2":
        pixels = hf.Qwen2VLImageProcessorPil.from_pretrained(folder)
        return model, hf.ColQwen2Processor(pixels, tokenizer)
    pixels = hf.Idefics3ImageProcessorPil.from_pretrained(folder)
    return model, hf.ColModernVBertProcessor(pixels, tokenizer, image_seq_len=16)


def positions(model: Any, inputs: Any) -> Any:
    """Of rows and columns, as the models were trained; ColQwen2ForRetrieval leaves them out."""
    ids = inputs["input_ids"]
    kinds = (ids == model.config.vlm_config.image_token_id).long()
    found, _ = model.vlm.get_rope_index(
        ids, image_grid_thw=inputs["image_grid_thw"], mm_token_type_ids=kinds
    )
    return found


@pytest.mark.parametrize("name", ["ColPali", "ColQwen2", "ColModernVBert"])
def test_vectors_are_those_of_transformers(name: str, tmp_path: Path) -> None:
    import torch

    folder = save_tiny_vlm(tmp_path / name, f"{name}ForRetrieval")
    model, processor = peer(folder, name)
    ours = PageImageEncoder(folder)
    with torch.no_grad():
        for text in TEXTS:
            theirs = model(
                **processor.process_queries(text=[text], return_tensors="pt")
            ).embeddings[0]
            found = ours.encode_query(text).values
            assert theirs.shape == found.shape
            assert np.abs(theirs.numpy() - found).max() <= 1e-5
        for image, page in zip(pictures(), ours.encode_images(pictures()), strict=True):
            inputs = processor.process_images(images=[image], return_tensors="pt")
            if name == "ColQwen2":
                inputs["position_ids"] = positions(model, inputs)
            theirs = model(**inputs).embeddings[0]
            assert theirs.shape == page.values.shape
            assert np.abs(theirs.numpy() - page.values).max() <= 1e-5
