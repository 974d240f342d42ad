"""Files of pictures, and what is said about them beside them."""

from trovato.data.pictures.captions import Caption, read_captions
from trovato.data.pictures.crops import crop_boxes, crops_of
from trovato.data.pictures.reading import PICTURE_SUFFIXES, read_picture

__all__ = [
    "PICTURE_SUFFIXES",
    "Caption",
    "crop_boxes",
    "crops_of",
    "read_captions",
    "read_picture",
]
