"""The space that needs no download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from PIL import Image

from trovato.core import InvalidInputError, check_many
from trovato.core.shapes import Float32, Shaped
from trovato.encode import MiniLMEncoder
from trovato.encode.images.aligned_space import AlignedSpace, Alignment
from trovato.encode.images.caption_encoder import CaptionEncoder
from trovato.encode.images.lite0 import Lite0Encoder


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
