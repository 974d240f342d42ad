"""A ColBERT-like text model written as ONNX, which runs without torch."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from trovato.core import MissingExtraError, PathLike, file_errors
from trovato.core.system.files import atomic_path
from trovato.encode.late_interaction.text import ColBERTEncoder
from trovato.encode.late_interaction.text_onnx import MODEL, SETTINGS, TOKENIZER

_OPSET = 17


def export_text_encoder(
    source: PathLike, to: PathLike, *, base: PathLike | None = None, int8: bool = True
) -> Path:
    """Write a text model of late interaction into a folder that `OnnxTextEncoder` reads.

    Parameters
    ----------
    source
        Folder of a model that `ColBERTEncoder` reads.
    to
        Folder of the outcome; made where it is not there.
    base
        Folder of the model that an adapter in `source` belongs to.
    int8
        Whether weights and activations of matrix products have 8 bits, of which weights use 7, so
        that no processor cuts a sum off; else all is float32.

    Returns
    -------
    The folder of the outcome.

    Raises
    ------
    ModelUnavailableError
        If `source` is no such model.
    MissingExtraError
        If the extras `models` and `images`, which has the package onnx, are not installed.
    StorageError
        If the system refuses to write.
    """
    encoder = ColBERTEncoder(source, base=base)
    network = encoder.network
    try:
        import onnx  # noqa: F401 (the exporter needs it, and so does what rounds weights)
    except ImportError as error:
        raise MissingExtraError("onnx", "models,images", "writing a model as ONNX") from error
    to = Path(to)
    with file_errors("write", to):
        to.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(source) / TOKENIZER, to / TOKENIZER)
    settings = asdict(encoder.settings) | {"projections": []}
    told = {
        "source": encoder.fingerprint,
        "weights": "int8" if int8 else "float32",
        "dim": encoder.dim,
        "longest": encoder.longest,
        "settings": settings,
    }
    with TemporaryDirectory() as place:
        written = _written(network, Path(place), int8=int8)
        with atomic_path(to / MODEL) as part:
            shutil.copyfile(written, part)
    with atomic_path(to / SETTINGS) as part:
        part.write_text(json.dumps(told, indent=2), "utf-8")
    return to


def _written(network: Any, place: Path, *, int8: bool) -> Path:
    """The graph of a network in a file."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process

    network.backbone.set_attn_implementation("eager")  # what an exporter can follow
    whole, ready, rounded = (place / f"{name}.onnx" for name in ("whole", "ready", "rounded"))
    ids = torch.ones((1, 9), dtype=torch.int64)
    axes = {name: {1: "tokens"} for name in ("ids", "attended", "vectors")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about its own future
        torch.onnx.export(
            network,
            (ids, torch.ones_like(ids)),
            str(whole),
            input_names=["ids", "attended"],
            output_names=["vectors"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    if not int8:
        return whole
    quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
    quantize_dynamic(
        str(ready), str(rounded), per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
    )
    return rounded
