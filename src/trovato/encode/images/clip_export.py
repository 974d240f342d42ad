"""A CLIP or SigLIP model written as ONNX, which runs without torch."""

from __future__ import annotations

import json
import shutil
import warnings
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np

from trovato.core import MissingExtraError, PathLike, file_errors
from trovato.encode.images.clip import ClipEncoder
from trovato.encode.images.clip_onnx import IMAGES, SETTINGS, TEXTS, TOKENIZER

_OPSET = 17
_SMALLEST = 256  # numbers of a matrix that is rounded


def export_clip(encoder: ClipEncoder, folder: PathLike, *, int8: bool = True) -> None:
    """Write a model into a folder that `OnnxClipEncoder` reads.

    Parameters
    ----------
    encoder
        The model.
    folder
        Made where it is not there.
    int8
        Whether weights are rounded to 8 bits, one scale for each column: a quarter of the size.
        They are read into memory as float32 again, so that vectors hardly move.

    Raises
    ------
    MissingExtraError
        If the extras `models` and `images` are not both installed.
    InvalidInputError
        If its pictures are prepared in a way that `PixelSettings` cannot say.
    StorageError
        If the system refuses to write.
    """
    try:
        import onnx  # noqa: F401 (what rounds weights needs it, and so does the exporter)
        import torch
    except ImportError as error:
        raise MissingExtraError("onnx", "models,images", "Writing CLIP as ONNX") from error
    folder, model = Path(folder), encoder.model
    side = model.pixels.side
    model.network.set_attn_implementation("eager")  # what an exporter can follow
    padding = model.tokenizer.pad_token_id
    settings = {
        "fingerprint": encoder.fingerprint,
        "weights": "int8" if int8 else "float32",
        "pixels": asdict(model.pixels),
        "longest": model.longest,
        "padding": model.tokenizer.eos_token_id if padding is None else padding,
    }
    with file_errors("write", folder):
        folder.mkdir(parents=True, exist_ok=True)
        pixels = torch.zeros(1, 3, side, side)
        _write(folder / IMAGES, model.network, "image", pixels, int8=int8)
        tokens = torch.full((1, model.longest), settings["padding"], dtype=torch.int64)
        _write(folder / TEXTS, model.network, "text", tokens, int8=int8)
        model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
        (folder / SETTINGS).write_text(json.dumps(settings, indent=2), "utf-8")


def _write(
    path: Path, network: Any, tower: Literal["image", "text"], example: Any, *, int8: bool
) -> None:
    import torch

    class Tower(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, given: Any) -> Any:
            if tower == "image":
                found = self.network.get_image_features(pixel_values=given)
            else:
                found = self.network.get_text_features(input_ids=given)
            return getattr(found, "pooler_output", found)

    with TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, about its own future
        whole = Path(place) / path.name
        torch.onnx.export(
            Tower().eval(),
            (example,),
            str(whole),
            input_names=["given"],
            output_names=["vector"],
            opset_version=_OPSET,
            dynamo=False,
        )
        if int8:
            _round_weights(whole)
        shutil.copyfile(whole, path)


def _round_weights(path: Path) -> None:
    """Replace each large matrix by 8 bits and a scale for each column, restored when it is read."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    kept, nodes = [], []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < _SMALLEST:
            kept.append(weight)
            continue
        axis = values.ndim - 1 if values.ndim == 2 else 0  # of a convolution: its filters
        others = tuple(place for place in range(values.ndim) if place != axis)
        scales = np.maximum(np.abs(values).max(axis=others) / 127, np.float32(1e-12))
        shape = [-1 if place == axis else 1 for place in range(values.ndim)]
        codes = np.rint(values / scales.reshape(shape)).astype(np.int8)
        name = weight.name
        kept += [
            numpy_helper.from_array(codes, f"{name}.codes"),
            numpy_helper.from_array(scales.astype(np.float32), f"{name}.scales"),
            numpy_helper.from_array(np.zeros(len(scales), np.int8), f"{name}.zero"),
        ]
        inputs = [f"{name}.codes", f"{name}.scales", f"{name}.zero"]
        nodes.append(helper.make_node("DequantizeLinear", inputs, [name], axis=axis))
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    ordered = [*nodes, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(ordered)
    onnx.save(model, str(path))
