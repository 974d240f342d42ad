"""A LoRA adapter merged into the model that it was trained on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trovato.core import ModelUnavailableError, PathLike
from trovato.ops.arrays.low_rank_adapters import lora_weights

_CONFIG, _WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def merge_adapter(model: Any, folder: PathLike) -> None:
    """Change a model's weights as an adapter says, in their own type of numbers.

    Parameters
    ----------
    model
        A transformers causal language model.
    folder
        With adapter_config.json and adapter_model.safetensors, as the library peft writes them.

    Raises
    ------
    ModelUnavailableError
        If the folder holds no plain LoRA adapter of this model.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    config = adapter_config(folder)
    try:
        adapter = load_file(Path(folder, _WEIGHTS))
    except (OSError, SafetensorError) as error:
        raise ModelUnavailableError(
            f"{folder} has no {_WEIGHTS} that can be read ({error}): adapters are read from "
            "safetensors alone"
        ) from error
    own = model.state_dict()
    with torch.no_grad():
        for name, weight in lora_weights(own, adapter, config):
            if name not in own or own[name].shape != weight.shape:
                raise ModelUnavailableError(
                    f"the adapter in {folder} replaces {name}, which this model does not have in "
                    "that shape: give the model that it was made for"
                )
            own[name].copy_(weight)


def adapter_config(folder: PathLike) -> dict[str, Any]:
    """What adapter_config.json says.

    Raises
    ------
    ModelUnavailableError
        If there is none.
    """
    try:
        found: dict[str, Any] = json.loads(Path(folder, _CONFIG).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnavailableError(
            f"{folder} holds no adapter: its {_CONFIG} cannot be read ({error})"
        ) from error
    return found


def adapted_model(folder: PathLike) -> str | None:
    """The model that the adapter in a folder belongs to; None where it is no adapter."""
    if Path(folder, "config.json").is_file() or not Path(folder, _CONFIG).is_file():
        return None
    return str(adapter_config(folder).get("base_model_name_or_path"))
