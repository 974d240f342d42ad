"""One page of a document, its pictures, and the file that it comes from."""

from __future__ import annotations

import io
import re

from PIL import Image
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from trovato.core import InvalidInputError, Location, PageEvidence, UnreadableFileError
from trovato.index import Reader
from trovato.library import Library
from trovato.library.page_image import source_file
from trovato.retrieve import regions_of
from trovato.web.pages.requests import question_of, span_of
from trovato.web.site import Site
from trovato.web.views.match_band import band
from trovato.web.views.passages import marked_page
from trovato.web.views.sheets import drawn, lines_of

_SIZES = (800, 1600, 2400)  # longer sides of a sheet, pixels
_KEPT = "private, max-age=31536000, immutable"
_QUALITY = 85
_BOX = re.compile(r"\d{1,5},\d{1,5},\d{1,5},\d{1,5}")
_CROP_SCALE = 2.0  # pixels for a point
# Shown by the browser itself; everything else is only downloaded.
_SHOWN = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_FILE_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; sandbox"


class ItemPages:
    """The viewer, and what it shows.

    Parameters
    ----------
    site
        The application.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def show(self, request: Request) -> Response:
        """One page with the evidence, or with the words that an answer cites."""
        library, item_id = self._site.library(request), request.query_params.get("id", "")
        question, cited = question_of(request.query_params.get("q", "")), span_of(request)
        with library.collection.reading() as reader:
            row = reader.row_of(item_id)
            item, file, layout = reader.item(row), reader.file_of(row), reader.layout_of(row)
            evidence = _evidence(library, reader, row, question, cited)
            try:
                source_file(reader, row)
                missing = ""
            except UnreadableFileError as error:
                missing = str(error)
            sheet = drawn(file) and not missing
            values = {
                "item": item,
                "pages": 0 if file.whole else file.pages,
                "near": _near(reader, item.location, file.whole),
                "evidence": evidence,
                "weak": cited is None and evidence is not None and band(evidence) == "weak",
                "missing": "" if file.whole else missing,
                "version": file.digest[:16],
                "layout": layout,
                "lines": lines_of(item.text, layout) if sheet else [],
                "sheet": sheet,
                "whole": file.whole,
                "text": marked_page(item.text, evidence),
            }
        asked = {name: request.query_params.get(name, "") for name in ("filter", "mode", "answer")}
        cited_as = "" if cited is None else f"{cited[0]}-{cited[1]}"
        return self._site.page(
            request, "page.html", {"question": question, "cited": cited_as, **asked, **values}
        )

    def jump(self, request: Request) -> Response:
        """To another page of the same file, by its number."""
        file, number = (request.query_params.get(name, "") for name in ("file", "page"))
        asked = {name: request.query_params.get(name, "") for name in ("q", "filter", "mode")}
        name = request.path_params["collection"]
        return self._site.redirect(request, f"c/{name}/page", id=f"{file}#{number}", **asked)

    def sheet(self, request: Request) -> Response:
        """The bare page as a picture; it never changes at its address."""
        library, item_id = self._site.library(request), request.query_params.get("id", "")
        size = request.query_params.get("size", "1600")
        if size not in map(str, _SIZES):
            raise HTTPException(400, f"size must be one of {_SIZES}, got {size[:40]!r}")
        return _picture(library.picture(item_id, long_side=int(size)))

    def crop(self, request: Request) -> Response:
        """A part of a page as a picture; the box is in page points."""
        library, item_id = self._site.library(request), request.query_params.get("id", "")
        given = request.query_params.get("box", "")
        if not _BOX.fullmatch(given):
            raise HTTPException(
                400, f"box must be four numbers such as 10,20,300,60, got {given!r}"
            )
        with library.collection.reading() as reader:
            layout = reader.layout_of(reader.row_of(item_id))
        left, top, right, bottom = map(int, given.split(","))
        inside = right <= layout.width + 1 and bottom <= layout.height + 1
        if not (left < right and top < bottom and inside):
            raise HTTPException(400, f"box must lie on the page, got {given}")
        long_side = round(max(layout.width, layout.height) * _CROP_SCALE)
        image = library.picture(item_id, long_side=min(long_side, _SIZES[-1]))
        across, down = image.width / layout.width, image.height / layout.height
        part = image.crop(
            (round(left * across), round(top * down), round(right * across), round(bottom * down))
        )
        return _picture(part)

    def file(self, request: Request) -> Response:
        """The file itself; only what cannot run anything is shown by the browser."""
        library, item_id = self._site.library(request), request.query_params.get("id", "")
        with library.collection.reading() as reader:
            row = reader.row_of(item_id)
            kind, path = reader.file_of(row).kind, source_file(reader, row)
        media = "application/octet-stream"
        if kind == "pdf":
            media = "application/pdf"
        elif kind in ("text", "markdown"):
            media = "text/plain; charset=utf-8"
        elif kind == "image":
            with Image.open(path) as image:
                media = _SHOWN.get(image.format or "", media)
        shown = media != "application/octet-stream"
        policy = _FILE_POLICY if kind != "pdf" else _FILE_POLICY.replace("; sandbox", "")
        return FileResponse(
            path,
            media_type=media,
            filename=path.name,
            content_disposition_type="inline" if shown else "attachment",
            headers={"Content-Security-Policy": policy},
        )


def item_routes(site: Site) -> list[Route]:
    """Where one reads."""
    pages = ItemPages(site)
    return [
        Route("/c/{collection}/page", pages.show),
        Route("/c/{collection}/jump", pages.jump),
        Route("/c/{collection}/sheet", pages.sheet),
        Route("/c/{collection}/crop", pages.crop),
        Route("/c/{collection}/file", pages.file),
    ]


def _evidence(
    library: Library, reader: Reader, row: int, question: str, cited: tuple[int, int] | None
) -> PageEvidence | None:
    """The cited words, or else where the page meets the question."""
    item = reader.item(row)
    if cited is not None:
        start, end = cited[0], min(cited[1], len(item.text))
        if start >= end:
            raise InvalidInputError(f"{item.id} has no characters {cited[0]} to {cited[1]}")
        regions = regions_of(item.text, reader.layout_of(row), start, end)
        return PageEvidence(snippet=item.text[start:end], regions=regions)
    return library.explain(question, item.id) if question else None


def _near(reader: Reader, at: Location | None, whole: bool) -> dict[str, str]:
    """Ids of the pages before and after."""
    if at is None or whole:
        return {}
    around = {"previous": f"{at.file}#{at.page - 1}", "next": f"{at.file}#{at.page + 1}"}
    return {name: other for name, other in around.items() if reader.has(other)}


def _picture(image: Image.Image) -> Response:
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", quality=_QUALITY, method=2)
    return Response(out.getvalue(), media_type="image/webp", headers={"Cache-Control": _KEPT})
