"""Weights of a checkpoint: safetensors alone, adapters merged, under the names of a class."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trovato.core import MissingExtraError, ModelUnavailableError, PathLike
from trovato.ops.arrays.low_rank_adapters import Weights, merge_lora


def read_json(path: PathLike) -> dict[str, Any]:
    """The object in a file of JSON; an empty one where there is no file.

    Raises
    ------
    ModelUnavailableError
        If the file holds something else.
    """
    if not Path(path).is_file():
        return {}
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except ValueError as error:
        raise ModelUnavailableError(f"{path} is damaged: it is no JSON; copy it again") from error
    if not isinstance(found, dict):
        raise ModelUnavailableError(f"{path} must hold an object, got {type(found).__name__}")
    return found


def read_weights(folder: PathLike, base: PathLike | None = None) -> Weights:
    """All tensors of a folder, of one file or of shards; LoRA adapters merged into their base.

    Parameters
    ----------
    folder
        With `model.safetensors`, its shards, or `adapter_model.safetensors`.
    base
        Folder of the model that an adapter belongs to.

    Raises
    ------
    MissingExtraError
        If the extra `models` is not installed.
    ModelUnavailableError
        If there are no such files, they are damaged, or an adapter comes without its base.
    """
    folder = Path(folder)
    adapter = folder / "adapter_model.safetensors"
    if not adapter.is_file():
        files = sorted(folder.glob("model*.safetensors"))
        if not files:
            raise ModelUnavailableError(
                f"{folder} has no model.safetensors: weights are read from safetensors alone, "
                "since other formats can hold programs; convert them"
            )
        return {name: value for file in files for name, value in _tensors(file).items()}
    config = read_json(folder / "adapter_config.json")
    if base is None:
        raise ModelUnavailableError(
            f"{folder} is an adapter of {config.get('base_model_name_or_path')!r}: give the folder "
            "of that model as `base`"
        )
    return merge_lora(read_weights(base), _tensors(adapter), config)


def renamed(weights: Weights, renames: Sequence[tuple[str, str]]) -> Weights:
    """Tensors under the names of a class: of the patterns, the first that fits the start."""
    found = {}
    for name, value in weights.items():
        for pattern, to in renames:
            if re.match(pattern, name):
                name = re.sub(rf"^{pattern}", to, name, count=1)
                break
        found[name] = value
    return found


def put_weights(model: Any, weights: Weights, folder: PathLike, ignored: str = r"$^") -> None:
    """Give a model its weights; each must be there.

    Parameters
    ----------
    model
        A torch module.
    weights
        By the names of the module; others are left alone.
    folder
        For messages.
    ignored
        Pattern of names that the module may lack.

    Raises
    ------
    ModelUnavailableError
        If one is missing or has another shape.
    """
    own = model.state_dict()
    fitting = {name: value for name, value in weights.items() if name in own}
    missing = [name for name in own if name not in fitting and not re.search(ignored, name)]
    if missing:
        raise ModelUnavailableError(
            f"{folder} lacks {len(missing)} of {len(own)} weights, {missing[0]} among them: it is "
            "another kind of model than its config.json says"
        )
    other = [name for name, value in fitting.items() if value.shape != own[name].shape]
    if other:
        raise ModelUnavailableError(
            f"{folder}: {other[0]} has the shape {tuple(fitting[other[0]].shape)}, wanted "
            f"{tuple(own[other[0]].shape)}"
        )
    model.load_state_dict(fitting, strict=False)


def _tensors(file: Path) -> Weights:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError as error:
        raise MissingExtraError("safetensors", "models", "a late-interaction model") from error
    try:
        return dict(load_file(file))
    except SafetensorError as error:
        raise ModelUnavailableError(f"{file} is damaged ({error}): copy it again") from error
