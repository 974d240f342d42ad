"""Eagle 2, on which the 3B model of Nemotron ColEmbed is built: SigLIP, pixel shuffle, Llama."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

from trovato.core.shapes import Float32

_FILLED = 0.6  # of the page's area, above which more pixels count for nothing
_LAYERS_OF_MLP = 4  # as many vectors of patches become one token: pixel shuffle by a half


def eagle_grid(width: int, height: int, tile: int, most: int) -> tuple[int, int]:
    """Columns and rows of tiles that a page is cut into.

    The grid that fits the area and the shape of the page best; of equals the smaller one.

    Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992), by way of InternVL's dynamic tiling.

    Parameters
    ----------
    width, height
        Of the page, pixels.
    tile
        Side of a tile, pixels.
    most
        Tiles at most.
    """
    area, shape = width * height, width / height
    grids = [
        (columns, rows) for columns in range(1, most + 1) for rows in range(1, most // columns + 1)
    ]

    def fit(grid: tuple[int, int]) -> float:
        own = grid[0] / grid[1]
        return min(grid[0] * grid[1] * tile**2 / area, _FILLED) * min(own / shape, shape / own)

    return max(sorted(grids, key=lambda one: one[0] * one[1]), key=fit)


def eagle_tiles(
    image: Image.Image, tile: int, most: int
) -> tuple[Float32[np.ndarray, "tiles 3 side side"], int, int]:
    """Pixels of the tiles of a page, row by row, and of the whole page if there are several.

    Parameters
    ----------
    image
        In RGB.
    tile
        Side of a tile, pixels.
    most
        Tiles at most, the whole page not counted.

    Returns
    -------
    Values from -1 to 1, rows and columns of tiles.
    """
    columns, rows = eagle_grid(*image.size, tile, most)
    cut = image.resize((columns * tile, rows * tile), Image.Resampling.BICUBIC)
    tiles = [
        cut.crop((column * tile, row * tile, (column + 1) * tile, (row + 1) * tile))
        for row in range(rows)
        for column in range(columns)
    ]
    if len(tiles) > 1:
        tiles.append(image.resize((tile, tile), Image.Resampling.BICUBIC))
    pixels = np.stack([np.asarray(one, np.float32) for one in tiles]) / 255
    return ((pixels - 0.5) / 0.5).transpose(0, 3, 1, 2).astype(np.float32), rows, columns


def eagle_backbone(config: dict[str, Any]) -> Any:
    """A torch module from ids and pixels to the states of the last layer of the language model.

    Parameters
    ----------
    config
        With `vision_config` of SigLIP, `llm_config` of Llama, and `image_token_id`.
    """
    from torch import nn
    from transformers import LlamaConfig, LlamaModel, SiglipVisionConfig, SiglipVisionModel

    vision = SiglipVisionConfig.from_dict(config["vision_config"])
    llama = LlamaConfig.from_dict(config["llm_config"])
    llama.is_causal = False
    image_token = int(config["image_token_id"])

    class Eagle(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.vision_model = SiglipVisionModel._from_config(vision)
            self.language_model = LlamaModel._from_config(llama)
            wide = vision.hidden_size * _LAYERS_OF_MLP
            self.mlp1 = nn.Sequential(
                nn.LayerNorm(wide),
                nn.Linear(wide, llama.hidden_size),
                nn.GELU(),
                nn.Linear(llama.hidden_size, llama.hidden_size),
            )

        def get_input_embeddings(self) -> Any:
            return self.language_model.get_input_embeddings()

        def forward(
            self, input_ids: Any, attention_mask: Any, use_cache: bool, pixel_values: Any = None
        ) -> Any:
            told = self.get_input_embeddings()(input_ids)
            if pixel_values is not None:
                seen = self.vision_model(pixel_values=pixel_values).last_hidden_state
                tokens = self.mlp1(_shuffled(seen)).reshape(-1, told.shape[-1])
                told = told.masked_scatter((input_ids == image_token)[..., None], tokens)
            found = self.language_model(
                inputs_embeds=told, attention_mask=attention_mask, use_cache=use_cache
            )
            return SimpleNamespace(last_hidden_state=found.last_hidden_state)

    def _shuffled(seen: Any) -> Any:
        """Four patches of a square as one vector, `(tiles, patches / 4, 4 · dim)`."""
        tiles, patches, dim = seen.shape
        side = int(patches**0.5) // 2
        squares = seen.reshape(tiles, side, 2, side, 2, dim)
        return squares.permute(0, 1, 3, 2, 4, 5).reshape(tiles, side * side, 4 * dim)

    return Eagle()
