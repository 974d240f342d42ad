"""The space of a model that was trained on pictures and their texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from PIL import Image

from trovato.core import check_many
from trovato.core.shapes import Float32, Shaped
from trovato.encode.images.aligned_space import Alignment
from trovato.encode.images.clip import ClipEncoder
from trovato.encode.images.clip_onnx import OnnxClipEncoder


class ClipSpace:
    """The space of a CLIP or SigLIP model, which reads pictures and no captions.

    Parameters
    ----------
    encoder
        The model.
    """

    def __init__(self, encoder: ClipEncoder | OnnxClipEncoder) -> None:
        self._encoder = encoder

    @property
    def fingerprint(self) -> str:
        """That of the model."""
        return self._encoder.fingerprint

    @property
    def reads_text(self) -> bool:
        """Always."""
        return True

    def features(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " features"]]:
        """Vectors of pictures."""
        return self._encoder.encode_images(images)

    def fit(
        self,
        features: Float32[np.ndarray, "pictures features"],  # noqa: ARG002
        captions: Sequence[str],
    ) -> Alignment | None:
        """Nothing is learnt from a collection."""
        check_many("captions", captions)
        return None

    def pictures(
        self,
        features: Float32[np.ndarray, "pictures features"],
        captions: Sequence[str],
    ) -> Float32[np.ndarray, "pictures dim"]:
        """The features themselves."""
        check_many("captions", captions)
        return features

    def references(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """The features themselves."""
        return features

    def texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """Vectors of texts."""
        check_many("texts", texts)
        return self._encoder.encode_texts(texts)

    def arrays(self) -> dict[str, Shaped[np.ndarray, "..."]]:
        """Nothing."""
        return {}

    def restore(self, arrays: Mapping[str, Shaped[np.ndarray, "..."]]) -> None:
        """Nothing is to be taken up."""
