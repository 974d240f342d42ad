"""A space that computes nothing twice, for whoever asks again with other weights."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256

import numpy as np
from PIL import Image

from trovato.core import check_many
from trovato.core.shapes import Float32, Shaped
from trovato.encode.images.aligned_space import Alignment
from trovato.encode.images.picture_space import PictureSpace


class RememberedSpace:
    """A `PictureSpace` that remembers the last texts and pictures that were asked with.

    Safe to use from several threads: one at a time computes.

    Parameters
    ----------
    space
        What computes.
    size
        Texts and pictures that are remembered; those that nobody asked for longest go first.
    """

    def __init__(self, space: PictureSpace, size: int = 256) -> None:
        self._space = space
        self._size = size
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str], np.ndarray] = OrderedDict()

    @property
    def fingerprint(self) -> str:
        """That of the space."""
        return self._space.fingerprint

    @property
    def reads_text(self) -> bool:
        """Whether texts can be compared with pictures."""
        return self._space.reads_text

    def features(self, images: Iterable[Image.Image]) -> Iterator[Float32[np.ndarray, " features"]]:
        """What is computed of each picture, or was."""
        for image in images:
            key = sha256(f"{image.mode} {image.size} ".encode() + image.tobytes()).hexdigest()
            yield self._of(("picture", key), partial(self._features, image))

    def texts(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """Vectors of texts that are asked with."""
        check_many("texts", texts)
        rows = [self._of(("text", text), partial(self._text, text)) for text in texts]
        return np.stack(rows) if rows else self._space.texts(texts)

    def fit(
        self, features: Float32[np.ndarray, "pictures features"], captions: Sequence[str]
    ) -> Alignment | None:
        """Fit the space; what was remembered is forgotten."""
        check_many("captions", captions)
        self._known.clear()
        return self._space.fit(features, captions)

    def pictures(
        self, features: Float32[np.ndarray, "pictures features"], captions: Sequence[str]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """Vectors of the pictures of a collection."""
        check_many("captions", captions)
        return self._space.pictures(features, captions)

    def references(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """Vectors of pictures that are asked with."""
        return self._space.references(features)

    def arrays(self) -> dict[str, Shaped[np.ndarray, "..."]]:
        """What `fit` learnt."""
        return self._space.arrays()

    def restore(self, arrays: Mapping[str, Shaped[np.ndarray, "..."]]) -> None:
        """Take up what `arrays` gave; what was remembered is forgotten."""
        self._known.clear()
        self._space.restore(arrays)

    def _features(self, image: Image.Image) -> np.ndarray:
        return next(iter(self._space.features([image])))

    def _text(self, text: str) -> np.ndarray:
        vector: np.ndarray = self._space.texts([text])[0]
        return vector

    def _of(self, key: tuple[str, str], compute: Callable[[], np.ndarray]) -> np.ndarray:
        with self._lock:
            if key not in self._known:
                self._known[key] = compute()
                if len(self._known) > self._size:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key]
