"""Files of pictures, and what is said about them beside them."""

from trovato.data.pictures.captions import read_captions
from trovato.data.pictures.reading import PICTURE_SUFFIXES, read_picture

__all__ = [
    "PICTURE_SUFFIXES",
    "read_captions",
    "read_picture",
]
