"""Spaces that pictures and texts share: the embedded one, and those of models in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from PIL import Image

from trovato.core import InvalidInputError, check_many
from trovato.core.shapes import Float32, Shaped
from trovato.encode import MiniLMEncoder
from trovato.encode.images import (
    AlignedSpace,
    Alignment,
    CaptionEncoder,
    ClipEncoder,
    Lite0Encoder,
)


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


class EmbeddedSpace:
    """The space that needs no download: EfficientNet-Lite0 and the collection's own captions.

    Parameters
    ----------
    threads
        Of the processor, for one picture.
    """

    def __init__(self, threads: int = 1) -> None:
        self._images = Lite0Encoder(threads)
        self._captions = CaptionEncoder(MiniLMEncoder(threads))
        self._space: AlignedSpace | None = None

    @property
    def fingerprint(self) -> str:
        """Changes whenever the features of any picture or the vector of any text would change."""
        return f"{self._images.fingerprint}; {self._captions.fingerprint}"

    @property
    def reads_text(self) -> bool:
        """Whether the collection had captions enough to be fitted to."""
        return self._space is not None and len(self._space.words) > 0

    def features(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " features"]]:
        """Features of each picture, not yet in the space."""
        return self._images.encode_images(images)

    def fit(
        self, features: Float32[np.ndarray, "pictures features"], captions: Sequence[str]
    ) -> Alignment | None:
        """Fit the space to a collection; see `trovato.encode.images.AlignedSpace`."""
        check_many("captions", captions)
        said = self._captions.encode_texts(captions)
        self._space, alignment = AlignedSpace.fit(features, said)
        return alignment

    def pictures(
        self, features: Float32[np.ndarray, "pictures features"], captions: Sequence[str]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """Vectors of pictures with their captions, empty where they have none."""
        check_many("captions", captions)
        return self._fitted().pictures(features, self._captions.encode_texts(captions))

    def references(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """What pictures look like."""
        return self._fitted().references(features)

    def texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """What texts say."""
        check_many("texts", texts)
        return self._fitted().texts(self._captions.encode_texts(texts))

    def arrays(self) -> dict[str, Shaped[np.ndarray, "..."]]:
        """The fitted space."""
        return self._fitted().arrays()

    def restore(self, arrays: Mapping[str, Shaped[np.ndarray, "..."]]) -> None:
        """Take up a fitted space."""
        self._space = AlignedSpace.of(arrays)

    def _fitted(self) -> AlignedSpace:
        if self._space is None:
            raise InvalidInputError("the space is fitted to no collection yet: call fit first")
        return self._space


class ClipSpace:
    """The space of a CLIP or SigLIP model, which reads pictures and no captions.

    Parameters
    ----------
    encoder
        The model.
    """

    def __init__(self, encoder: ClipEncoder) -> None:
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
