"""The page for a picture and a change."""

from trovato.web.compose.pages import ComposePage
from trovato.web.compose.pictures import PicturePages

__all__ = ["ComposePage", "PicturePages"]
