"""Nemotron ColEmbed on Eagle 2: tiling by trying all grids, and the model put together by hand."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trovato.encode.late_interaction import PageImageEncoder
from trovato.encode.late_interaction.eagle import eagle_grid
from trovato.testing.models.tiny_eagle import PATCH, TILE, WIDTH, save_tiny_eagle

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
SIDE = TILE // PATCH


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_eagle(tmp_path_factory.mktemp("eagle"))


def picture(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3))
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.mark.parametrize(
    ("size", "grid"), [((1700, 2200), (2, 4)), ((512, 512), (1, 1)), ((4000, 400), (8, 1))]
)
def test_the_grid_is_the_best_of_all(size: tuple[int, int], grid: tuple[int, int]) -> None:
    width, height = size
    fits = {
        (i, j): min(i * j * 512 * 512 / (width * height), 0.6)
        * min((i / j) / (width / height), (width / height) / (i / j))
        for i, j in product(range(1, 9), repeat=2)
        if i * j <= 8
    }
    assert fits[eagle_grid(width, height, 512, 8)] == max(fits.values())
    assert eagle_grid(width, height, 512, 8) == grid


@pytest.mark.parametrize(
    ("size", "tokens"), [((32, 32), 16), ((64, 64), 80), ((96, 32), 64), ((64, 128), 144)]
)
def test_tokens_and_boxes(folder: Path, size: tuple[int, int], tokens: int) -> None:
    boxes = PageImageEncoder(folder).patch_boxes(picture(*size))
    assert np.count_nonzero(boxes.any(axis=1)) == tokens  # 16 to a tile, and to the whole page


def test_prompts(folder: Path) -> None:
    encoder = PageImageEncoder(folder)
    assert encoder.query_prompt("net sales?") == "query: net sales?"
    assert encoder.family.page == "passage: <img>{image}</img> "


def test_vectors_are_those_of_the_parts_put_together(folder: Path) -> None:
    import torch
    import transformers
    from safetensors.torch import load_file
    from tokenizers import Tokenizer
    from torch.nn import functional

    said = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")

    def part(kind: str, start: str, config: dict[str, object]) -> object:
        made = getattr(transformers, f"{kind}Model")._from_config(
            getattr(transformers, f"{kind}Config").from_dict(config), attn_implementation="eager"
        )
        some = {n.removeprefix(start): one for n, one in weights.items() if n.startswith(start)}
        made.load_state_dict(some)
        return made.eval()

    seeing = part("SiglipVision", "vision_model.vision_model.", said["vision_config"])
    telling = part("Llama", "language_model.model.", said["llm_config"])
    page = picture(64, 64)
    tiles = [page.crop((x, y, x + 32, y + 32)) for y in (0, 32) for x in (0, 32)]
    tiles.append(page.resize((32, 32), Image.Resampling.BICUBIC))
    pixels = torch.tensor(np.stack([np.asarray(one, np.float32) for one in tiles]) / 255 * 2 - 1)
    with torch.no_grad():
        seen = seeing(pixel_values=pixels.permute(0, 3, 1, 2)).last_hidden_state  # type: ignore[operator]
        rows = []
        for tile in seen.reshape(len(tiles), SIDE, SIDE, -1):
            for down, across in product(range(0, SIDE, 2), repeat=2):
                rows.append(torch.cat([tile[down + a, across + b] for a in (0, 1) for b in (0, 1)]))
        found = functional.layer_norm(
            torch.stack(rows), (64,), weights["mlp1.0.weight"], weights["mlp1.0.bias"]
        )
        found = found @ weights["mlp1.1.weight"].T + weights["mlp1.1.bias"]
        found = functional.gelu(found) @ weights["mlp1.3.weight"].T + weights["mlp1.3.bias"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        image = "<IMG_CONTEXT>" * len(found)
        ids = torch.tensor(tokenizer.encode(f"passage: <img>{image}</img> ").ids)[None]
        told = telling.get_input_embeddings()(ids).clone()  # type: ignore[attr-defined]
        told[0, ids[0] == said["img_context_token_id"]] = found
        nothing_hidden = torch.zeros(1, 1, ids.shape[1], ids.shape[1])
        wanted = telling(inputs_embeds=told, attention_mask=nothing_hidden).last_hidden_state[0]  # type: ignore[operator]
        wanted = functional.normalize(wanted, dim=-1)
    (ours,) = PageImageEncoder(folder).encode_images([page])
    assert ours.values.shape == (len(wanted), WIDTH)
    assert np.abs(ours.values - wanted.numpy()).max() <= 1e-5


def test_each_token_sees_those_after_it(folder: Path) -> None:
    encoder = PageImageEncoder(folder)
    one, other = (encoder.encode_query(text).values for text in ("net sales", "net salez"))
    assert np.abs(one[0] - other[0]).max() > 1e-4
