"""EfficientNet-Lite0 as an ONNX graph.

Source: Tan and Le, EfficientNet, ICML 2019 (arXiv 1905.11946), and Google's "lite" variant: no
squeeze-and-excite, ReLU6. The graph takes `pixels (1, 3, 224, 224)`, (x − 127) / 128, and gives
`features (1280, 7, 7)`, those before the mean over places. Normalisation is folded into the
convolutions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trovato.core import MissingExtraError
from trovato.core.shapes import Float32, Shaped

SIDE, CHANNELS = 224, 1280
_EPSILON = 1e-3
# Blocks of one kind: how many, side of the kernel, stride of the first.
_STAGES = ((1, 3, 1), (2, 3, 2), (2, 5, 2), (3, 3, 2), (3, 5, 1), (4, 5, 2), (1, 3, 1))

Weights = Mapping[str, Shaped[np.ndarray, "..."]]


def lite0_graph(weights: Weights) -> bytes:
    """The graph as the bytes of an ONNX file.

    Raises
    ------
    MissingExtraError
        If the package onnx is not installed.
    """
    try:
        from onnx import TensorProto, helper
    except ImportError as error:
        raise MissingExtraError("onnx", "images", "The embedded encoder of pictures") from error
    graph = _Graph(weights)
    x = graph.convolution("pixels", "_conv_stem", "_bn0", stride=2)
    number = 0
    for count, kernel, first in _STAGES:
        for place in range(count):
            x = _block(graph, x, f"_blocks.{number}", kernel, first if place == 0 else 1)
            number += 1
    graph.convolution(x, "_conv_head", "_bn1", to="features")
    shapes = [("pixels", [1, 3, SIDE, SIDE]), ("features", [1, CHANNELS, 7, 7])]
    entry, outcome = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes
    )
    made = helper.make_graph(graph.nodes, "efficientnet-lite0", [entry], [outcome], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    written: bytes = model.SerializeToString()
    return written


def _block(graph: _Graph, x: str, name: str, kernel: int, stride: int) -> str:
    """Widen, look around in each channel, narrow; what went in is added where it fits."""
    inside = x
    if f"{name}._expand_conv.weight" in graph.weights:
        inside = graph.convolution(x, f"{name}._expand_conv", f"{name}._bn0")
    inside = graph.convolution(
        inside, f"{name}._depthwise_conv", f"{name}._bn1", stride=stride, kernel=kernel
    )
    narrow = f"{name}._project_conv"
    inside = graph.convolution(inside, narrow, f"{name}._bn2", bounded=False)
    before, after = graph.channels[x], graph.channels[inside]
    return graph.add(x, inside) if stride == 1 and before == after else inside


class _Graph:
    """Nodes and constants while they are put together."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.channels = {"pixels": 3}
        self._constant("zero", np.zeros((), np.float32))
        self._constant("six", np.full((), 6, np.float32))

    def convolution(
        self,
        x: str,
        name: str,
        norm: str,
        *,
        stride: int = 1,
        kernel: int | None = None,
        bounded: bool = True,
        to: str | None = None,
    ) -> str:
        """Convolution with the normalisation after it folded in, then ReLU6 where `bounded`.

        A stride of 2 pads as TensorFlow does: more at the end than at the beginning.
        """
        weight, bias = self._folded(name, norm)
        side = kernel or weight.shape[2]
        to = to or name
        self._constant(f"{name}.w", weight)
        self._constant(f"{name}.b", bias)
        self._node(
            "Conv",
            [x, f"{name}.w", f"{name}.b"],
            f"{name}.linear" if bounded else to,
            kernel_shape=[side, side],
            strides=[stride, stride],
            group=self.channels[x] if weight.shape[1] == 1 else 1,
            auto_pad="SAME_UPPER",
        )
        if bounded:
            self._node("Clip", [f"{name}.linear", "zero", "six"], to)
        self.channels[to] = len(weight)
        return to

    def add(self, x: str, y: str) -> str:
        self._node("Add", [x, y], f"{y}.sum")
        self.channels[f"{y}.sum"] = self.channels[y]
        return f"{y}.sum"

    def _folded(
        self, name: str, norm: str
    ) -> tuple[Float32[np.ndarray, "out in side side"], Float32[np.ndarray, " out"]]:
        scale = self.weights[f"{norm}.weight"] / np.sqrt(
            self.weights[f"{norm}.running_var"] + _EPSILON
        )
        weight = self.weights[f"{name}.weight"] * scale[:, None, None, None]
        bias = self.weights[f"{norm}.bias"] - self.weights[f"{norm}.running_mean"] * scale
        return weight.astype(np.float32), bias.astype(np.float32)

    def _constant(self, name: str, values: Float32[np.ndarray, "..."]) -> None:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(values, name))

    def _node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
