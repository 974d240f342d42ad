"""A CLIP or SigLIP network from a folder, with what it takes beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from trovato.core import MissingExtraError, ModelUnavailableError
from trovato.encode.images.open_clip import (
    CONFIG,
    WEIGHTS,
    clip_settings,
    read_open_clip_config,
    renamed,
)
from trovato.encode.images.pixels import PixelSettings

Kind = Literal["clip", "siglip", "open_clip"]
_KINDS = ("clip", "siglip")
_NEEDED = {
    "transformers": ("config.json", "model.safetensors", "preprocessor_config.json"),
    "OpenCLIP": (CONFIG, WEIGHTS),
}


@dataclass(frozen=True, slots=True, eq=False)
class ClipModel:
    """A network that is loaded.

    Parameters
    ----------
    network, tokenizer
        Of transformers.
    pixels_of
        From a picture to what the network takes, `(1, 3, side, side)`.
    pixels
        The same as settings.
    longest
        Tokens of a text that it reads.
    filled
        Whether texts are filled up to that length, as SigLIP was trained; CLIP's are as they are.
    """

    network: Any
    tokenizer: Any
    pixels_of: Callable[[Image.Image], Any]
    pixels: PixelSettings
    longest: int
    filled: bool


def kind_of(folder: Path) -> Kind:
    """What kind of model a folder holds, by its files.

    Raises
    ------
    ModelUnavailableError
        If a file is missing or damaged, or it is another kind of model.
    """
    missing = {
        form: [name for name in names if not (folder / name).is_file()]
        for form, names in _NEEDED.items()
    }
    if all(missing.values()):
        lacks = "; ".join(f"for {form} {', '.join(names)}" for form, names in missing.items())
        raise ModelUnavailableError(
            f"{folder} lacks files of a CLIP or SigLIP model ({lacks}): name the folder of one as "
            "transformers or OpenCLIP saves it, with weights as safetensors"
        )
    if missing["transformers"]:
        read_open_clip_config(folder)
        return "open_clip"
    try:
        kind = json.loads((folder / "config.json").read_text("utf-8")).get("model_type")
    except (ValueError, AttributeError) as error:
        raise ModelUnavailableError(f"{folder}/config.json is damaged") from error
    if kind not in _KINDS:
        raise ModelUnavailableError(
            f"{folder} holds a model of the kind {kind!r}; wanted {' or '.join(_KINDS)}"
        )
    return "clip" if kind == "clip" else "siglip"


def load_clip(folder: Path, kind: Kind) -> ClipModel:
    """The model in a folder, in float32.

    Raises
    ------
    ModelUnavailableError
        If its files are damaged or do not belong together.
    MissingExtraError
        If the extra `models` is not installed.
    """
    try:
        import transformers
        from safetensors import SafetensorError
    except ImportError as error:
        raise MissingExtraError("transformers", "models", "CLIP") from error
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        if kind == "open_clip":
            return _of_open_clip(folder, tokenizer)
        return _of_transformers(folder, kind, tokenizer)
    except (SafetensorError, OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelUnavailableError(f"{folder} cannot be loaded: {error}") from error


def _of_transformers(folder: Path, kind: Kind, tokenizer: Any) -> ClipModel:
    import torch
    import transformers

    model_class, processor_class = (
        (transformers.CLIPModel, transformers.CLIPImageProcessorPil)
        if kind == "clip"
        else (transformers.SiglipModel, transformers.SiglipImageProcessorPil)
    )
    network = model_class.from_pretrained(
        folder,
        use_safetensors=True,
        dtype=torch.float32,
        local_files_only=True,
        trust_remote_code=False,
    )
    processor = processor_class.from_pretrained(folder, local_files_only=True)
    return ClipModel(
        network.eval(),
        tokenizer,
        lambda image: processor(images=image.convert("RGB"), return_tensors="np")["pixel_values"],
        PixelSettings.of_transformers(processor.to_dict()),
        network.config.text_config.max_position_embeddings,
        kind == "siglip",
    )


def _of_open_clip(folder: Path, tokenizer: Any) -> ClipModel:
    import torch
    import transformers
    from safetensors.numpy import load_file

    config = read_open_clip_config(folder)
    settings = clip_settings(config, tokenizer.eos_token_id)
    network = transformers.CLIPModel(transformers.CLIPConfig(**settings))
    tensors = renamed(load_file(folder / WEIGHTS))
    network.load_state_dict(
        {name: torch.from_numpy(values.astype(np.float32)) for name, values in tensors.items()}
    )
    pixels = PixelSettings.of_open_clip(config)
    longest = config["model_cfg"]["text_cfg"]["context_length"]
    return ClipModel(network.eval(), tokenizer, pixels.of, pixels, longest, filled=False)
