"""Files of pictures, and what is said about them beside them."""

from trovato.data.pictures.captions import Caption, read_captions
from trovato.data.pictures.crops import crop_boxes, crops_of
from trovato.data.pictures.names import words_of_name
from trovato.data.pictures.near_duplicates import Look, NearDuplicates
from trovato.data.pictures.reading import PICTURE_SUFFIXES, read_picture
from trovato.data.pictures.xmp import read_xmp, xmp_of

__all__ = [
    "PICTURE_SUFFIXES",
    "Caption",
    "Look",
    "NearDuplicates",
    "crop_boxes",
    "crops_of",
    "read_captions",
    "read_picture",
    "read_xmp",
    "words_of_name",
    "xmp_of",
]
