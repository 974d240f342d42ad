"""Parts of a picture, so that what is small in it can be found."""

from __future__ import annotations

from PIL import Image

from trovato.core import Box

_SIDE = 0.6  # of the picture's sides


def crops_of(image: Image.Image) -> list[Image.Image]:
    """Five parts of a picture, in the order of `crop_boxes`."""
    return [
        image.crop((round(box.left), round(box.top), round(box.right), round(box.bottom)))
        for box in crop_boxes(*image.size)
    ]


def crop_boxes(width: int, height: int) -> list[Box]:
    """Where the parts lie: the four corners, which overlap, then the middle.

    Parameters
    ----------
    width, height
        Of the picture in pixels, as the boxes are.
    """
    wide, high = _SIDE * width, _SIDE * height
    places = [
        (0.0, 0.0),
        (width - wide, 0.0),
        (0.0, height - high),
        (width - wide, height - high),
        ((width - wide) / 2, (height - high) / 2),
    ]
    return [Box(left, top, left + wide, top + high) for left, top in places]
