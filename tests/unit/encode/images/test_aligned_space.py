from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.encode.images import FEWEST_CAPTIONS, AlignedSpace, Lite0Encoder

DIM, WORDS = Lite0Encoder().dim, 24


def collection(pictures: int, kinds: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Features and captions of pictures of several kinds: both say which kind it is, with noise."""
    random = np.random.default_rng(0)
    kind = random.integers(kinds, size=pictures)
    features = random.normal(size=(kinds, DIM))[kind] + 0.3 * random.normal(size=(pictures, DIM))
    said = random.normal(size=(kinds, WORDS))[kind] + 0.1 * random.normal(size=(pictures, WORDS))
    said /= np.linalg.norm(said, axis=1, keepdims=True)
    return features.astype(np.float32), said.astype(np.float32)


def test_captions_are_foretold_on_pictures_that_were_held_out() -> None:
    features, said = collection(600)
    space, quality = AlignedSpace.fit(features, said)
    assert quality is not None
    assert quality.pairs == 120
    assert quality.recall > 0.8  # ten of a kind are as near as one's own
    _, shuffled = AlignedSpace.fit(features, np.roll(said, 1, axis=0))
    assert shuffled is not None
    assert shuffled.recall < 0.3
    told = space.foretell(features)
    assert np.linalg.norm(told, axis=1) == pytest.approx(1, abs=1e-5)


def test_halves_of_vectors() -> None:
    features, said = collection(200)
    space, _ = AlignedSpace.fit(features, said)
    pictures, references = space.pictures(features, said), space.references(features)
    texts = space.texts(said)
    assert pictures.shape[1] == references.shape[1] == texts.shape[1] == space.dim
    for vectors in (pictures, references, texts):
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    # A reference meets looks alone, a text words alone, at the same weight.
    assert (pictures * references).sum(axis=1) == pytest.approx(np.sqrt(0.5), abs=1e-5)
    assert (pictures * texts).sum(axis=1) == pytest.approx(np.sqrt(0.5), abs=1e-5)
    assert np.abs((references * texts).sum(axis=1)).max() == 0


def test_a_picture_without_a_caption_says_what_is_foretold() -> None:
    features, said = collection(300)
    space, _ = AlignedSpace.fit(features, said)
    silent = said.copy()
    silent[7] = 0
    words = space.pictures(features, silent)[7, -WORDS:] * np.sqrt(2)
    assert words == pytest.approx(space.foretell(features[7:8])[0], abs=1e-6)


def test_too_few_captions_teach_nothing() -> None:
    features, said = collection(100)
    said[FEWEST_CAPTIONS - 1 :] = 0
    space, quality = AlignedSpace.fit(features, said)
    assert quality is None
    assert not len(space.words)
    with pytest.raises(InvalidInputError, match="nothing is foretold"):
        space.foretell(features)
    bare = space.pictures(features, said)[-1]
    assert np.linalg.norm(bare) == pytest.approx(np.sqrt(0.5), abs=1e-5)


def test_stored_and_taken_up() -> None:
    features, said = collection(100)
    space, _ = AlignedSpace.fit(features, said)
    again = AlignedSpace.of(space.arrays())
    assert np.array_equal(again.pictures(features, said), space.pictures(features, said))


def test_nothing_to_fit_to() -> None:
    with pytest.raises(InvalidInputError, match="at least one"):
        AlignedSpace.fit(np.zeros((0, DIM), np.float32), np.zeros((0, WORDS), np.float32))
