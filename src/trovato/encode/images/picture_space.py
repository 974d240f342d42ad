"""The space that pictures and texts share, whatever makes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from PIL import Image

from trovato.core.shapes import Float32, Shaped
from trovato.encode.images.aligned_space import Alignment


@runtime_checkable
class PictureSpace(Protocol):
    """Turns pictures and texts into vectors that can be compared."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the features of any picture or the vector of any text would change."""

    @property
    def reads_text(self) -> bool:
        """Whether texts can be compared with pictures."""

    def features(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " features"]]:
        """What is computed of each picture once and kept, in order."""

    def fit(
        self, features: Float32[np.ndarray, "pictures features"], captions: Sequence[str]
    ) -> Alignment | None:
        """Fit the space to a collection, where it takes that, and say how well captions fit."""

    def pictures(
        self, features: Float32[np.ndarray, "pictures features"], captions: Sequence[str]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """Vectors of the pictures of a collection."""

    def references(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """Vectors of pictures that are asked with."""

    def texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """Vectors of texts that are asked with."""

    def arrays(self) -> dict[str, Shaped[np.ndarray, "..."]]:
        """What `fit` learnt, to be stored."""

    def restore(self, arrays: Mapping[str, Shaped[np.ndarray, "..."]]) -> None:
        """Take up what `arrays` gave."""
