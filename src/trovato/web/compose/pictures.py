"""Pictures of collections and uploads, drawn small."""

from __future__ import annotations

import io

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from trovato.core import UnreadableFileError
from trovato.data import digest
from trovato.data.pictures import read_picture
from trovato.web.compose.finder import PictureFinder
from trovato.web.site import Site

_SIZES = (320, 1600)  # longer sides, pixels
_KEPT = "private, max-age=31536000, immutable"
_QUALITY = 85


class PicturePages:
    """The pictures behind `<img>`.

    Parameters
    ----------
    site
        The application.
    finder
        Knows the files of pictures.
    """

    def __init__(self, site: Site, finder: PictureFinder) -> None:
        self._site = site
        self._finder = finder

    def show(self, request: Request) -> Response:
        """One picture as WebP, turned upright; with its version in the address it never changes."""
        self._site.library(request)
        name, image = request.path_params["collection"], request.query_params.get("image", "")
        size = request.query_params.get("size", str(_SIZES[0]))
        if size not in map(str, _SIZES):
            raise HTTPException(400, f"size must be one of {_SIZES}, got {size[:40]!r}")
        item, path = self._finder.item(name, image), self._finder.file(name, image)
        if item is not None and not (
            path.exists() and digest(path) == item.attributes.get("sha256")
        ):
            raise UnreadableFileError(
                f"{path} has been moved or changed since it was indexed: index it again"
            )
        picture = read_picture(path)
        picture.thumbnail((int(size), int(size)))
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=_QUALITY, method=2)
        kept = {"Cache-Control": _KEPT} if "v" in request.query_params else {}
        return Response(written.getvalue(), media_type="image/webp", headers=kept)
