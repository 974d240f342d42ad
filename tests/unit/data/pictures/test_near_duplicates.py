from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

from trovato.core import generator
from trovato.data.pictures import Look, NearDuplicates
from trovato.testing import draw_scene


def photo(number: int) -> Image.Image:
    """Soft spots of colour, of another form for each number."""
    random = generator(number, "photos")
    small = random.integers(0, 256, (6, 9, 3)).astype(np.uint8)
    return Image.fromarray(small).resize((180, 120), Image.Resampling.BICUBIC)


def saved_again(image: Image.Image) -> Iterator[Image.Image]:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=60)
    yield Image.open(written)
    yield image.resize((90, 60), Image.Resampling.BICUBIC)
    yield image.convert("RGBA")


def test_a_picture_that_was_saved_again_is_found_and_others_are_not() -> None:
    alike, found = NearDuplicates(), 0
    for number in range(60):
        assert alike.add(f"{number}", Look.of(photo(number))) is None
    for number in range(60):
        for kind, again in enumerate(saved_again(photo(number))):
            twin = alike.add(f"{number}/{kind}", Look.of(again))
            assert twin in (None, f"{number}", *(f"{number}/{one}" for one in range(kind)))
            found += twin is not None
    assert found >= 0.95 * 180


def test_another_color_is_another_picture() -> None:
    alike = NearDuplicates()
    assert alike.add("red", Look.of(draw_scene("red", "circle", "white", "left"))) is None
    assert alike.add("purple", Look.of(draw_scene("purple", "circle", "white", "left"))) is None
    assert alike.add("red again", Look.of(draw_scene("red", "circle", "white", "left"))) == "red"


def test_flat_pictures_cost_no_more() -> None:
    alike = NearDuplicates()
    for level in range(200):
        alike.add(f"{level}", Look.of(Image.new("RGB", (8, 8), (level, 0, 255 - level))))
    assert alike.add("again", Look.of(Image.new("RGB", (8, 8), (199, 0, 56)))) is not None
    assert alike.add("far", Look.of(Image.new("RGB", (8, 8), (0, 255, 0)))) is None
