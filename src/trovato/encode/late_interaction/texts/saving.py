"""A text model of late interaction as a folder that PyLate and sentence-transformers load too."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from trovato.core import PathLike
from trovato.core.system.files import atomic_path
from trovato.encode.late_interaction.texts.settings import Projection, TextSettings

_TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
_DENSE = "pylate.models.Dense.Dense"
_BACKBONE = "sentence_transformers.models.Transformer"


def save_colbert(
    folder: PathLike, network: Any, settings: TextSettings, tokenizer: PathLike
) -> TextSettings:
    """Write weights, settings and tokenizer in the layout of PyLate.

    Parameters
    ----------
    folder
        Where to; made where it is not there.
    network
        Of a `ColBERTEncoder`.
    settings
        Its settings.
    tokenizer
        Folder to copy the tokenizer from.

    Returns
    -------
    The settings as the folder now has them.

    Raises
    ------
    StorageError
        If the system refuses to write.
    """
    from safetensors.torch import save_file

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in _TOKENIZER:
        source = Path(tokenizer) / name
        if source.is_file() and source.resolve() != (folder / name).resolve():
            shutil.copyfile(source, folder / name)
    linear = [layer for layer in network.projection if hasattr(layer, "weight")]
    projections = tuple(
        Projection("linear.weight", f"{number}_Dense", one.activation)
        for number, one in enumerate(settings.projections, 1)
    )
    for one, layer in zip(projections, linear, strict=True):
        (folder / one.file).mkdir(exist_ok=True)
        said = {
            "in_features": layer.in_features,
            "out_features": layer.out_features,
            "bias": layer.bias is not None,
            "activation_function": _activation(one.activation),
        }
        _write(folder / one.file / "config.json", said)
        tensors = {f"linear.{name}": value.detach() for name, value in layer.named_parameters()}
        with atomic_path(folder / one.file / "model.safetensors") as part:
            save_file(_whole(tensors), part, {"format": "pt"})
    modules = [("", _BACKBONE), *((one.file, _DENSE) for one in projections)]
    listed = [
        {"idx": number, "name": str(number), "path": path, "type": kind}
        for number, (path, kind) in enumerate(modules)
    ]
    _write(folder / "modules.json", listed)
    _write(folder / "config_sentence_transformers.json", _said(settings))
    config = json.loads(network.backbone.config.to_json_string(use_diff=False))
    _write(folder / "config.json", {**config, "architectures": [type(network.backbone).__name__]})
    with atomic_path(folder / "model.safetensors") as part:
        save_file(_whole(network.backbone.state_dict()), part, {"format": "pt"})
    return replace(settings, projections=projections)


def _said(settings: TextSettings) -> dict[str, Any]:
    return {
        "model_type": "ColBERT",
        "query_prefix": settings.query_prompt,
        "document_prefix": settings.document_prompt,
        "query_length": settings.query_length or 32,
        "document_length": settings.document_length,
        "attend_to_expansion_tokens": settings.attend_to_expansion,
        "skiplist_words": list(settings.skipped),
        "do_query_expansion": settings.query_length > 0,
        "similarity_fn_name": "MaxSim",
    }


def _activation(name: str) -> str:
    return f"torch.nn.modules.{'linear' if name == 'Identity' else 'activation'}.{name}"


def _whole(tensors: dict[str, Any]) -> dict[str, Any]:
    return {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}


def _write(path: Path, content: Any) -> None:
    with atomic_path(path) as part:
        part.write_text(json.dumps(content, indent=2), "utf-8")
