"""Ranks the pictures of the collections that are served."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException

from trovato.core import Item, Ranking, processors
from trovato.encode.images import PictureSpace, RememberedSpace
from trovato.index import PICTURE_FIELD, Collection, Reader
from trovato.library import Library, open_picture_space
from trovato.library.pictures.fitted_space import FittedSpace
from trovato.retrieve import Composed, ComposedImageRetriever
from trovato.web.compose.composition import Composition
from trovato.web.compose.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Found:
    """What there is for a composition.

    Parameters
    ----------
    ranking
        Pictures, best first; None where nothing was asked.
    composed
        How a picture and a change came together; None where only one of them was given.
    """

    ranking: Ranking | None = None
    composed: Composed | None = None


class PictureFinder:
    """Finds pictures; of the same picture and words nothing is encoded twice.

    Parameters
    ----------
    libraries
        By name.
    uploads
        Pictures to ask with that are no part of a collection.
    space
        Makes an encoder of pictures, one for each collection; by default the embedded one.
    """

    def __init__(
        self,
        libraries: Mapping[str, Library],
        uploads: Uploads,
        space: Callable[[], PictureSpace] | None = None,
    ) -> None:
        self._libraries = libraries
        self._uploads = uploads
        self._space = space or open_picture_space
        self._lock = threading.Lock()
        self._fitted: dict[str, tuple[str, FittedSpace]] = {}

    def find(self, name: str, asked: Composition) -> Found:
        """The pictures of a collection for a picture, a change, or both.

        Raises
        ------
        HTTPException
            If the collection has no pictures, or the reference is not there.
        InvalidInputError, UnreadableFileError
            As `ComposedImageRetriever.compose`.
        """
        library = self._libraries[name]
        with library.collection.reading() as reader:
            fitted = self._placed(name, library.collection, reader)
            retriever = ComposedImageRetriever(reader, fitted.space, fitted.average, processors())
            reference = asked.image
            if reference and self.item(name, reference) is None:
                reference = str(self._uploads.path(reference))
            if reference and asked.edit:
                composed = retriever.compose(
                    reference,
                    asked.edit,
                    k=asked.k,
                    filter=asked.filter,
                    alpha=asked.used_alpha,
                    beta=asked.used_beta,
                    description=asked.description,
                    negative=asked.negative,
                )
                return Found(composed.ranking, composed)
            if reference or asked.edit:
                return Found(retriever.search(asked.edit, reference, asked.k, filter=asked.filter))
            return Found()

    def item(self, name: str, image: str) -> Item | None:
        """The item of a picture; None of one that was uploaded."""
        if self._uploads.names(image):
            return None
        with self._libraries[name].collection.reading() as reader:
            if not reader.has(image) or not (item := reader.get(image)).image:
                raise HTTPException(404, f"no picture is called {image[:80]!r} here")
            return item

    def file(self, name: str, image: str) -> Path:
        """The file of a picture, uploaded or of a collection; never any other file."""
        item = self.item(name, image)
        return self._uploads.path(image) if item is None else Path(item.image or "")

    def _placed(self, name: str, collection: Collection, reader: Reader) -> FittedSpace:
        field = reader.fields.get(PICTURE_FIELD)
        if field is None:
            raise HTTPException(404, f"{name} holds no pictures as such: index them with --images")
        with self._lock:
            known = self._fitted.get(name)
            if known is None or known[0] != field.fingerprint:
                fitted = FittedSpace.load(collection, field, RememberedSpace(self._space()))
                known = self._fitted[name] = field.fingerprint, fitted
            return known[1]
