from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from PIL import Image

from trovato.encode.images import PictureSpace, RememberedSpace
from trovato.testing import SceneSpace, draw_scene


class Counting(SceneSpace):
    def __init__(self) -> None:
        self.computed: list[str] = []

    def features(self, images: Iterable[Image.Image]) -> Iterator[np.ndarray]:
        for found in super().features(images):
            self.computed.append("picture")
            yield found

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        self.computed += texts
        return super().texts(texts)


def test_the_same_is_computed_once_and_gives_the_same() -> None:
    space = Counting()
    remembered = RememberedSpace(space)
    assert isinstance(remembered, PictureSpace)
    red, blue = (draw_scene(color, "circle", "grey", "left") for color in ("red", "blue"))
    plain = SceneSpace()
    for _ in range(2):
        found = list(remembered.features([red, blue, red]))
        assert np.array_equal(found, list(plain.features([red, blue, red])))
        texts = remembered.texts(["red circle", "blue", "red circle"])
        assert np.array_equal(texts, plain.texts(["red circle", "blue", "red circle"]))
    assert space.computed.count("picture") == 2
    assert space.computed.count("red circle") == space.computed.count("blue") == 1


def test_what_nobody_asked_for_longest_goes_first() -> None:
    space = Counting()
    remembered = RememberedSpace(space, size=2)
    for text in ("red", "blue", "red", "green", "red", "blue"):
        remembered.texts([text])
    assert space.computed == ["red", "blue", "green", "blue"]


def test_another_fit_forgets() -> None:
    space = Counting()
    remembered = RememberedSpace(space)
    remembered.texts(["red"])
    remembered.restore({})
    remembered.texts(["red"])
    assert space.computed == ["red", "red"]
