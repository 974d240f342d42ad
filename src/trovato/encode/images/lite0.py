"""The embedded encoder of pictures: EfficientNet-Lite0 beside a small picture of the colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from PIL import Image

from trovato.core.shapes import Float32
from trovato.encode.images.lite0_graph import CHANNELS, SIDE, lite0_graph
from trovato.encode.images.lite0_weights import SHA256, read_lite0_weights

_COLORS = 8  # squares along each side of the small picture


class Lite0Encoder:
    """Features of pictures by a network for 1,000 kinds of objects, on the CPU, without torch.

    The network comes from the package of the extra `images` and becomes an ONNX graph when it is
    first used. A picture is fitted into a white square, so that nothing is cut off. Vectors of
    features are not at length 1 and know nothing of texts: see `AlignedSpace`.

    Parameters
    ----------
    threads
        Of the processor, for one picture.
    """

    colors = slice(CHANNELS, CHANNELS + 3 * _COLORS**2)
    objects = slice(0, CHANNELS)

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    @property
    def fingerprint(self) -> str:
        """Changes whenever the features of any picture would change."""
        return f"efficientnet-lite0 {SHA256[:16]}, white square of {SIDE}, colours {_COLORS}"

    @property
    def dim(self) -> int:
        """Features of a picture: 1,280 of the network, then 192 of the colours."""
        return self.colors.stop

    def encode_images(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " dim"]]:
        """Features of each picture, in order, one picture at a time.

        Raises
        ------
        MissingExtraError
            If the extra `images` is not installed.
        UnreadableFileError
            If its file of weights is not the known one.
        """
        for image in images:
            square = _white_square(image)
            pixels = np.asarray(square, np.float32)
            mapped = self._session.run(
                ["features"], {"pixels": (pixels.transpose(2, 0, 1)[None] - 127) / 128}
            )[0]
            small = square.resize((_COLORS, _COLORS), Image.Resampling.BOX)
            colors = np.asarray(small, np.float32).ravel() / 255
            yield np.concatenate([mapped[0].mean(axis=(1, 2)), colors])

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            lite0_graph(read_lite0_weights()), options, providers=["CPUExecutionProvider"]
        )


def _white_square(image: Image.Image) -> Image.Image:
    scale = SIDE / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    fitted = image.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
    square.paste(fitted, ((SIDE - width) // 2, (SIDE - height) // 2))
    return square
