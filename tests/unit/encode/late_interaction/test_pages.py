"""Page image encoders of each family: prompts, token counts, geometry, weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trovato.core import InvalidInputError, ModelUnavailableError
from trovato.encode.late_interaction import PageImageEncoder
from trovato.testing.models.tiny_vlm import ARCHITECTURES, DIM, save_tiny_vlm

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
AUGMENTED = {
    "colpali": "<pad>" * 10,
    "qwen": "<|endoftext|>" * 10,
    "tiles": "<end_of_utterance>" * 10,
}
QUERIES = {
    "ColPali": f"<bos>Question: net sales?{AUGMENTED['colpali']}\n",
    "ColQwen2": f"Query: net sales?{AUGMENTED['qwen']}\n",
    "ColQwen2_5": f"Query: net sales?{AUGMENTED['qwen']}\n",
    "ColQwen3": f"Query: net sales?{AUGMENTED['qwen']}\n",
    "ColIdefics3": f"Query: net sales?{AUGMENTED['tiles']}\n",
    "ColModernVBert": f"net sales?{AUGMENTED['tiles']}",
    "Qwen3VLNemotronEmbedModel": "<|im_start|>user\nQuery: query: net sales?<|im_end|>\n"
    "<|im_start|>assistant\n",
}
# Around the image tokens.
QWEN_PAGE = (
    "<|im_start|>user\n<|vision_start|>…<|vision_end|>Describe the image.<|im_end|><|endoftext|>"
)
PAGES = {
    "ColPali": "…<bos>Describe the image.\n",
    "ColQwen2": QWEN_PAGE,
    "ColQwen2_5": QWEN_PAGE,
    "ColQwen3": QWEN_PAGE,
    "ColIdefics3": "<|im_start|>User:…Describe the image.<end_of_utterance>\nAssistant:",
    "ColModernVBert": "<|begin_of_text|>User:…Describe the image.<end_of_utterance>\nAssistant:",
    "Qwen3VLNemotronEmbedModel": "<|im_start|>user\n<|vision_start|>…<|vision_end|>passage: "
    "<|im_end|>\n<|im_start|>assistant\n",
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("families")
    return {name: save_tiny_vlm(place / name, name) for name in ARCHITECTURES}


def picture(width: int, height: int, seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3))
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.mark.parametrize("name", QUERIES)
def test_prompts_are_those_of_the_release(models: dict[str, Path], name: str) -> None:
    encoder = PageImageEncoder(models[name])
    assert encoder.query_prompt("net sales?") == QUERIES[name]
    assert encoder.family.page.replace("{image}", "…") == PAGES[name]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_page_and_a_question(models: dict[str, Path], name: str) -> None:
    encoder = PageImageEncoder(models[name])
    page, again = encoder.encode_images([picture(100, 140), picture(100, 140)])
    assert page.values.shape == (len(page.boxes), encoder.dim)
    assert encoder.dim == (32 if "Nemotron" in name else DIM)
    assert np.array_equal(page.values, again.values)
    assert np.linalg.norm(page.values, axis=1) == pytest.approx(1, abs=1e-5)
    seen = page.boxes[page.boxes.any(axis=1)]
    assert np.array_equal(encoder.patch_boxes(picture(100, 140)), page.boxes)
    assert (seen.min(), seen.max()) == (0, 1)
    assert np.all(seen[:, :2] < seen[:, 2:])
    text = "net sales? 東京 <|im_end|>"
    question = encoder.encode_query(text)
    assert question.spans is not None
    edges = question.spans.reshape(-1)
    assert np.all(np.diff(edges) >= 0)
    assert "".join(text[a:b] for a, b in question.spans.tolist()) == text
    assert len(encoder.encode_query(" ")) == 0


@pytest.mark.parametrize(
    ("name", "size", "tokens"),
    [
        ("ColPali", (100, 140), 16),
        ("ColPali", (500, 40), 16),  # stretched
        ("ColQwen2", (56, 84), 6),  # one for each 28 × 28
        ("ColQwen2", (1654, 2339), 24),  # at most 32
        ("ColQwen3", (64, 96), 6),  # one for each 32 × 32
        ("ColQwen3", (1654, 2339), 24),
        ("ColIdefics3", (64, 64), 80),  # enlarged to 128 × 128: four tiles and the whole
        ("ColIdefics3", (400, 100), 48),  # 128 × 32: two tiles and the whole
        ("ColModernVBert", (64, 64), 80),
    ],
)
def test_image_tokens(
    models: dict[str, Path], name: str, size: tuple[int, int], tokens: int
) -> None:
    boxes = PageImageEncoder(models[name]).patch_boxes(picture(*size))
    assert np.count_nonzero(boxes.any(axis=1)) == tokens


@pytest.mark.parametrize("name", ["ColPali", "ColQwen2", "ColQwen3", "ColIdefics3"])
def test_boxes_are_where_the_pixels_are(models: dict[str, Path], name: str) -> None:
    """Of a change in one corner, the pixels of that corner's tokens change, and no others do."""
    encoder = PageImageEncoder(models[name])
    paper, inked = Image.new("RGB", (128, 192), "white"), Image.new("RGB", (128, 192), "white")
    inked.paste("black", (100, 160, 120, 180))
    changed = _changed_tokens(encoder, paper, inked)
    boxes = encoder.patch_boxes(paper)
    seen = boxes[boxes.any(axis=1)]
    for box, differs in zip(seen, changed, strict=True):
        meets = (
            box[0] < 120 / 128 and box[2] > 100 / 128 and box[1] < 180 / 192 and box[3] > 160 / 192
        )
        if differs:  # resizing bleeds into the neighbours
            around = [box[0] - 0.1, box[1] - 0.1, box[2] + 0.1, box[3] + 0.1]
            assert around[0] < 120 / 128
            assert around[1] < 180 / 192
            assert around[2] > 100 / 128
            assert around[3] > 160 / 192
        assert differs or not meets


def _changed_tokens(encoder: PageImageEncoder, one: Image.Image, other: Image.Image) -> list[bool]:
    """Whether the pixels of each image token differ."""
    a, b = (encoder._inputs(image) for image in (one, other))
    first, second = a.pixels["pixel_values"], b.pixels["pixel_values"]
    if first.ndim == 2:  # patches, those that are merged follow one another
        differs = np.any(first != second, axis=1)
        return [bool(group.any()) for group in differs.reshape(len(a.boxes), -1)]
    tiles = np.any(first != second, axis=-3).reshape(-1, *first.shape[-2:])
    side = round((len(a.boxes) / len(tiles)) ** 0.5)
    step = tiles.shape[1] // side
    return [
        bool(tile[row * step : (row + 1) * step, column * step : (column + 1) * step].any())
        for tile in tiles
        for row in range(side)
        for column in range(side)
    ]


def test_both_layouts_of_a_family_are_the_same_model(models: dict[str, Path]) -> None:
    for one, other in (
        ("ColPali", "ColPaliForRetrieval"),
        ("ColQwen2", "ColQwen2ForRetrieval"),
        ("ColModernVBert", "ColModernVBertForRetrieval"),
    ):
        a, b = (PageImageEncoder(models[name]).encode_query("net sales") for name in (one, other))
        assert np.array_equal(a.values, b.values)


def test_prompts_of_the_processor_settings(models: dict[str, Path], tmp_path: Path) -> None:
    def with_settings(name: str, settings: dict[str, str]) -> PageImageEncoder:
        folder = tmp_path / name
        shutil.copytree(models[name], folder)
        (folder / "processor_config.json").write_text(json.dumps(settings), "utf-8")
        return PageImageEncoder(folder)

    nemotron = with_settings(
        "Qwen3VLNemotronEmbedModel", {"query_prefix": "ask:", "passage_prefix": "page:"}
    )
    assert nemotron.family.query_prefix == "<|im_start|>user\nQuery: ask: "
    assert "<|vision_end|>page: <|im_end|>" in nemotron.family.page
    qwen = with_settings(
        "ColQwen2", {"visual_prompt_prefix": "a<|image_pad|>b", "query_prefix": "Q"}
    )
    assert (qwen.family.page, qwen.family.query_prefix) == ("a{image}b", "Q")
    pali = with_settings("ColPali", {"visual_prompt_prefix": "See.", "query_prefix": "Ask: "})
    assert (pali.family.page, pali.family.query_prefix) == ("{image}<bos>See.\n", "<bos>Ask: ")


def test_an_adapter_finds_its_base(models: dict[str, Path], tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    base, adapter = models["ColQwen2_5"], tmp_path / "adapter"
    adapter.mkdir()
    shutil.copy(base / "tokenizer.json", adapter)
    name = "language_model.layers.0.self_attn.v_proj"
    torch.manual_seed(1)
    a, b = torch.randn(2, 32), torch.randn(16, 2)
    start = f"base_model.model.{name}.lora"
    head = "base_model.model.custom_text_proj"
    changed = {f"{head}.weight": torch.randn(DIM, 32), f"{head}.bias": torch.zeros(DIM)}
    save_file(
        {f"{start}_A.weight": a, f"{start}_B.weight": b, **changed},
        adapter / "adapter_model.safetensors",
    )
    settings = {"r": 2, "lora_alpha": 4, "base_model_name_or_path": "base", "use_rslora": True}
    (adapter / "adapter_config.json").write_text(json.dumps(settings), "utf-8")
    whole = tmp_path / "whole"
    shutil.copytree(base, whole)
    weights = load_file(base / "model.safetensors")
    weights[f"{name}.weight"] = weights[f"{name}.weight"] + (4 / 2**0.5) * b @ a
    weights["custom_text_proj.weight"] = changed[f"{head}.weight"]
    weights["custom_text_proj.bias"] = changed[f"{head}.bias"]
    save_file(weights, whole / "model.safetensors")
    merged = PageImageEncoder(adapter, base=base).encode_query("net sales").values
    assert np.abs(merged - PageImageEncoder(whole).encode_query("net sales").values).max() <= 1e-5


def test_what_is_no_such_model(models: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="wanted one of ColPali"):
        PageImageEncoder(tmp_path)
    with pytest.raises(InvalidInputError, match="float16"):
        PageImageEncoder(models["ColPali"], dtype="float16")
    shutil.copytree(models["ColQwen2"], tmp_path / "copy")
    settings = json.loads((tmp_path / "copy" / "config.json").read_text("utf-8"))
    settings["text_config"]["num_hidden_layers"] = 3
    settings["text_config"].pop("layer_types")
    (tmp_path / "copy" / "config.json").write_text(json.dumps(settings), "utf-8")
    with pytest.raises(ModelUnavailableError, match=r"lacks \d+ of"):
        PageImageEncoder(tmp_path / "copy").encode_query("net")
    settings["model_type"] = "other"
    (tmp_path / "copy" / "config.json").write_text(json.dumps(settings), "utf-8")
    with pytest.raises(ModelUnavailableError, match="built on 'other'"):
        PageImageEncoder(tmp_path / "copy")


def test_bfloat16_is_near_float32(models: dict[str, Path]) -> None:
    folder = models["ColPali"]
    exact = PageImageEncoder(folder).encode_query("net sales").values
    rough = PageImageEncoder(folder, dtype="bfloat16").encode_query("net sales").values
    assert (exact * rough).sum(1).min() > 0.98
