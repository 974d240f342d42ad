"""A collection of pictures: indexed, and searched by words, by a picture, or by both."""

from trovato.library.pictures.component_pictures import place_component_pictures
from trovato.library.pictures.contact_sheet import contact_sheet
from trovato.library.pictures.indexing import image_field, index_pictures
from trovato.library.pictures.picture_library import PictureLibrary
from trovato.library.pictures.picture_report import PictureReport

__all__ = [
    "PictureLibrary",
    "PictureReport",
    "contact_sheet",
    "image_field",
    "index_pictures",
    "place_component_pictures",
]
