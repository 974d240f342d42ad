"""A collection of pictures: indexed, and searched by words, by a picture, or by both."""

from trovato.library.pictures.contact_sheet import contact_sheet
from trovato.library.pictures.indexing import PictureReport, index_pictures
from trovato.library.pictures.picture_library import Composed, Describer, PictureLibrary
from trovato.library.pictures.spaces import ClipSpace, EmbeddedSpace, PictureSpace

__all__ = [
    "ClipSpace",
    "Composed",
    "Describer",
    "EmbeddedSpace",
    "PictureLibrary",
    "PictureReport",
    "PictureSpace",
    "contact_sheet",
    "index_pictures",
]
