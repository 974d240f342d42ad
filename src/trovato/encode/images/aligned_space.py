"""Pictures and texts in one space, by a map that is fitted to a collection's own captions.

A picture's vector has two halves: what it looks like, and what it says. The second half is its own
caption or, where it has none, the caption that a ridge regression expects from its features. A text
has only the second half, a reference picture only the first, so that one product compares both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from trovato.core import InvalidInputError, generator
from trovato.core.shapes import Bool, Float32, Shaped
from trovato.encode.images.lite0 import Lite0Encoder
from trovato.ops import fit_projection, l2_normalize

FEWEST_CAPTIONS = 50  # fewer teach no map
_LOOKS = 256  # dimensions of the first half
_SAMPLE = 20_000  # pictures that the space is fitted to, at most
_PENALTY = 1e-3  # of the regression, for each picture
_HELD_OUT = 0.2
_HALF = np.float32(np.sqrt(0.5))


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well captions are foretold from features, on pictures that were held out.

    Parameters
    ----------
    pairs
        Pictures that were held out, and so the captions to choose from.
    recall
        Share of them whose own caption is among the ten nearest to the foretold one.
    """

    pairs: int
    recall: float


@dataclass(frozen=True, slots=True, eq=False)
class AlignedSpace:
    """The space of a collection; made by `fit`.

    Parameters
    ----------
    mean, scale
        Of the features.
    looks
        From features of the network to the first half.
    words
        From all features to a caption, and what is added; without rows where captions were too few.
    words_mean
        See `words`.
    """

    mean: Float32[np.ndarray, " features"]
    scale: Float32[np.ndarray, " features"]
    looks: Float32[np.ndarray, "objects looks"]
    words: Float32[np.ndarray, "inputs words"]
    words_mean: Float32[np.ndarray, " words"]

    @property
    def dim(self) -> int:
        """Components of each vector."""
        return int(self.looks.shape[1]) + len(self.words_mean)

    @staticmethod
    def fit(
        features: Float32[np.ndarray, "pictures features"],
        captions: Float32[np.ndarray, "pictures words"],
        *,
        seed: int = 0,
    ) -> tuple[AlignedSpace, Alignment | None]:
        """The space of a collection, and how well its captions are foretold.

        Parameters
        ----------
        features
            From `Lite0Encoder`.
        captions
            From `CaptionEncoder`, zeros where there is no caption.
        seed
            Of what is drawn: 20,000 pictures of a larger collection, and those held out.

        Returns
        -------
        The space, and None for the second where fewer than 50 pictures have captions.

        Raises
        ------
        InvalidInputError
            If there is no picture.
        """
        if not len(features):
            raise InvalidInputError("a space is fitted to pictures: pass at least one")
        drawn = generator(seed, "pictures that a space is fitted to").permutation(len(features))
        drawn = drawn[:_SAMPLE]
        sample, said = features[drawn], captions[drawn]
        mean, scale = sample.mean(axis=0), sample.std(axis=0) + np.float32(1e-3)
        objects = l2_normalize(_standard(sample, mean, scale)[:, Lite0Encoder.objects])
        looks = fit_projection(objects, min(_LOOKS, objects.shape[1]))
        untaught = np.zeros((0, captions.shape[1]), np.float32)
        bare = AlignedSpace(mean, scale, looks, untaught, np.zeros(captions.shape[1], np.float32))
        with_caption = said.any(axis=1)
        if with_caption.sum() < FEWEST_CAPTIONS:
            return bare, None
        inputs, wanted = bare._inputs(sample[with_caption]), said[with_caption]
        held = max(1, int(_HELD_OUT * len(inputs)))
        quality = _recall(_ridge(inputs[held:], wanted[held:]), inputs[:held], wanted[:held])
        words, words_mean = _ridge(inputs, wanted)
        return AlignedSpace(mean, scale, looks, words, words_mean), Alignment(held, quality)

    def pictures(
        self,
        features: Float32[np.ndarray, "pictures features"],
        captions: Float32[np.ndarray, "pictures words"],
    ) -> Float32[np.ndarray, "pictures dim"]:
        """Vectors of the pictures of a collection, with what they say.

        Their length is 1; √½ for one that says nothing and of which nothing is foretold.
        """
        foretold = ~captions.any(axis=1)
        said = captions.copy()
        if len(self.words):
            said[foretold] = self.foretell(features[foretold])
        return np.hstack([_HALF * self._look(features), _HALF * said])

    def references(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures dim"]:
        """Vectors of reference pictures: what they look like alone."""
        looks = self._look(features)
        return np.hstack([looks, np.zeros((len(looks), len(self.words_mean)), np.float32)])

    def texts(
        self, captions: Float32[np.ndarray, "texts words"]
    ) -> Float32[np.ndarray, "texts dim"]:
        """Vectors of texts, from those of `CaptionEncoder`."""
        return np.hstack([np.zeros((len(captions), self.looks.shape[1]), np.float32), captions])

    def foretell(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures words"]:
        """Captions that are expected from features, as vectors of length 1.

        Raises
        ------
        InvalidInputError
            If the space was fitted to too few captions.
        """
        if not len(self.words):
            raise InvalidInputError(
                f"nothing is foretold where fewer than {FEWEST_CAPTIONS} pictures have captions"
            )
        return l2_normalize(self._inputs(features) @ self.words + self.words_mean)

    def arrays(self) -> dict[str, Shaped[np.ndarray, "..."]]:
        """Everything by name, to be stored."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    @staticmethod
    def of(arrays: Mapping[str, Shaped[np.ndarray, "..."]]) -> AlignedSpace:
        """The space that `arrays` was called on."""
        return AlignedSpace(*(arrays[part.name] for part in fields(AlignedSpace)))

    def _look(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures looks"]:
        standard = _standard(features, self.mean, self.scale)[:, Lite0Encoder.objects]
        return l2_normalize(l2_normalize(standard) @ self.looks)

    def _inputs(
        self, features: Float32[np.ndarray, "pictures features"]
    ) -> Float32[np.ndarray, "pictures inputs"]:
        """Objects and colours, each at length 1."""
        standard = _standard(features, self.mean, self.scale)
        colors = features[:, Lite0Encoder.colors] - self.mean[Lite0Encoder.colors]
        return np.hstack([l2_normalize(standard[:, Lite0Encoder.objects]), l2_normalize(colors)])


def _standard(
    features: Float32[np.ndarray, "pictures features"],
    mean: Float32[np.ndarray, " features"],
    scale: Float32[np.ndarray, " features"],
) -> Float32[np.ndarray, "pictures features"]:
    standard: Float32[np.ndarray, "pictures features"] = (features - mean) / scale
    return standard


_Map = tuple[Float32[np.ndarray, "inputs words"], Float32[np.ndarray, " words"]]


def _ridge(
    inputs: Float32[np.ndarray, "pictures inputs"], wanted: Float32[np.ndarray, "pictures words"]
) -> _Map:
    """Ridge regression; the mean is not held small."""
    center, level = inputs.mean(axis=0), wanted.mean(axis=0)
    apart = (inputs - center).astype(np.float64)
    square = apart.T @ apart
    square[np.diag_indices_from(square)] += _PENALTY * len(inputs)
    words = np.linalg.solve(square, apart.T @ (wanted - level)).astype(np.float32)
    return words, (level - center @ words).astype(np.float32)


def _recall(
    made: _Map,
    inputs: Float32[np.ndarray, "pictures inputs"],
    wanted: Float32[np.ndarray, "pictures words"],
) -> float:
    """Share of rows whose own caption is among the ten nearest."""
    nearness = l2_normalize(inputs @ made[0] + made[1]) @ wanted.T
    better: Bool[np.ndarray, "pictures pictures"] = nearness > np.diag(nearness)[:, None] + 1e-6
    return float((better.sum(axis=1) < 10).mean())
