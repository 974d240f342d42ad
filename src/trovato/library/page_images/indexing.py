"""The vector field of page images, filled from the files that the pages came from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import numpy as np

from trovato.core import Item, ProgressCallback, TrovatoError, no_progress
from trovato.core.shapes import Float32
from trovato.data import Document, open_document
from trovato.encode.late_interaction import PageImageEncoder
from trovato.index import PAGE_IMAGE_FIELD, Collection, VectorField
from trovato.library.ingestion.file_run import PageFields

LONG_SIDE = 1664  # pixels: about 150 to an inch of a letter page


def index_page_images(
    collection: Collection, encoder: PageImageEncoder, *, progress: ProgressCallback = no_progress
) -> int:
    """Add the vector field "page_image", and encode for it the pages that are there.

    Pages are drawn from the files that they came from; one that cannot be drawn any more has no
    vectors there, and is found by its words alone. What is done is committed in groups: after an
    interruption the same call goes on. Pages that come later need `page_image_fields`.

    Parameters
    ----------
    collection
        Of a `Library`.
    encoder
        Makes the vectors; the same each time.
    progress
        Told of pages.

    Returns
    -------
    How many pages were encoded.

    Raises
    ------
    CollectionBusyError
        If a writer is open.
    IncompatibleCollectionError
        If the field is there and was made by another encoder.
    """
    field = VectorField(
        PAGE_IMAGE_FIELD, encoder.fingerprint, encoder.dim, encoder_name=encoder.name
    )

    def encode(items: Iterator[Item]) -> Iterator[Float32[np.ndarray, "_ dim"]]:
        for item in items:
            source, place = item.attributes.get("source"), item.location
            if source is None or place is None:
                yield np.zeros((0, encoder.dim), np.float32)
                continue
            path = Path(os.fsdecode(unquote_to_bytes(urlsplit(str(source)).path)))
            try:
                with open_document(path) as document:
                    yield _vectors(encoder, document, place.page)
            except (TrovatoError, OSError):
                yield np.zeros((0, encoder.dim), np.float32)

    return collection.add_field(field, encode, progress=progress)


def page_image_fields(encoder: PageImageEncoder) -> PageFields:
    """What `ingest` asks for the image vectors of each page that it adds."""

    def fields(document: Document, number: int) -> Mapping[str, Any]:
        return {PAGE_IMAGE_FIELD: _vectors(encoder, document, number)}

    return fields


def _vectors(
    encoder: PageImageEncoder, document: Document, number: int
) -> Float32[np.ndarray, "_ dim"]:
    """Of one page; none where it cannot be drawn."""
    try:
        image = document.render(number, LONG_SIDE)
    except TrovatoError:
        return np.zeros((0, encoder.dim), np.float32)
    (page,) = encoder.encode_images([image])
    return page.values
