"""Features of pictures and captions without any model, to compare with."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from PIL import Image

from trovato.ops import l2_normalize, word_stems

_SIDE = 24


class CrudeSpace:
    """A `PictureSpace` of 24 × 24 pixels, and of the words of captions weighed by rarity."""

    fingerprint = "24 x 24 pixels, bags of words"
    reads_text = True

    def __init__(self) -> None:
        self._mean = np.zeros(3 * _SIDE**2, np.float32)
        self._words: dict[str, int] = {}
        self._rarity = np.zeros(0, np.float32)

    def features(self, images: Iterable[Image.Image]) -> Iterator[np.ndarray]:
        for image in images:
            small = image.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
            yield np.asarray(small, np.float32).ravel() / 255

    def fit(self, features: np.ndarray, captions: Sequence[str]) -> None:
        self._mean = features.mean(axis=0)
        counts = Counter(word for caption in captions for word in set(word_stems(caption)))
        self._words = {word: place for place, word in enumerate(sorted(counts))}
        rare = [math.log((len(captions) + 1) / counts[word]) for word in sorted(counts)]
        self._rarity = np.array(rare, np.float32)

    def pictures(self, features: np.ndarray, captions: Sequence[str]) -> np.ndarray:
        return np.hstack([l2_normalize(features - self._mean), self._bags(captions)]) * np.float32(
            math.sqrt(0.5)
        )

    def references(self, features: np.ndarray) -> np.ndarray:
        empty = np.zeros((len(features), len(self._words) + 1), np.float32)
        return np.hstack([l2_normalize(features - self._mean), empty])

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        bags = self._bags(texts)
        # A text without a known word must still be a vector: one that no picture has.
        bags[:, -1] = ~bags.any(axis=1)
        return np.hstack([np.zeros((len(texts), 3 * _SIDE**2), np.float32), bags])

    def arrays(self) -> dict[str, np.ndarray]:
        return {"mean": self._mean, "words": np.array(sorted(self._words)), "rarity": self._rarity}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        self._mean, self._rarity = arrays["mean"], arrays["rarity"]
        self._words = {str(word): place for place, word in enumerate(arrays["words"])}

    def _bags(self, texts: Sequence[str]) -> np.ndarray:
        bags = np.zeros((len(texts), len(self._words) + 1), np.float32)
        for row, text in enumerate(texts):
            for word in set(word_stems(text)) & self._words.keys():
                bags[row, self._words[word]] = self._rarity[self._words[word]]
        return l2_normalize(bags)
