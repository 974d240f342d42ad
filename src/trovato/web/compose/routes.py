"""Where a picture and a change are asked for, and where pictures stand."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import Route

from trovato.core import LanguageModel
from trovato.encode.images import PictureSpace
from trovato.web.compose.finder import PictureFinder
from trovato.web.compose.pages import ComposePage
from trovato.web.compose.pictures import PicturePages
from trovato.web.compose.uploads import Uploads
from trovato.web.site import Site


def compose_routes(
    site: Site, model: LanguageModel | None, space: Callable[[], PictureSpace] | None
) -> list[Route]:
    """The page for a picture and a change, and pictures drawn small.

    Parameters
    ----------
    site
        The application.
    model
        Describes targets, where it sees.
    space
        Makes the encoder that pictures were indexed with; by default the embedded one.
    """
    uploads = Uploads()
    finder = PictureFinder(site.libraries, uploads, space)
    compose, pictures = ComposePage(site, finder, uploads, model), PicturePages(site, finder)
    return [
        Route("/c/{collection}/compose", compose.show, methods=["GET"]),
        Route("/c/{collection}/compose", compose.send, methods=["POST"]),
        Route("/c/{collection}/picture", pictures.show),
    ]
