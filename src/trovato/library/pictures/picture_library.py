"""The pictures of a collection, searched by words, by a picture, or by a picture and a change."""

from __future__ import annotations

from trovato.core import Closing, InvalidInputError, PathLike, processors
from trovato.encode.images import Alignment, EmbeddedSpace, PictureSpace
from trovato.index import PICTURE_FIELD, Collection
from trovato.library.pictures.fitted_space import FittedSpace
from trovato.retrieve import ComposedImageRetriever


class PictureLibrary(Closing, ComposedImageRetriever):
    """The pictures of a collection, with the space that they were fitted to.

    Parameters
    ----------
    path
        Directory of the collection.
    space
        The encoder that its pictures were indexed with; by default the embedded one.

    Raises
    ------
    CollectionNotFoundError, CorruptCollectionError
        If there is no collection, or it is damaged.
    InvalidInputError
        If no pictures were indexed as such.
    IncompatibleCollectionError
        If they were indexed with another encoder.
    """

    def __init__(self, path: PathLike, space: PictureSpace | None = None) -> None:
        self.collection = Collection.open(path)
        self.reader = self.collection.reader()
        field = self.reader.fields.get(PICTURE_FIELD)
        if field is None:
            raise InvalidInputError(
                f"{path} holds no pictures as such: add them with `trovato index PATHS --to {path} "
                "--images`"
            )
        fitted = FittedSpace.load(self.collection, field, space or EmbeddedSpace())
        self.alignment: Alignment | None = fitted.alignment
        super().__init__(self.reader, fitted.space, fitted.average, processors())

    def close(self) -> None:
        """Release the files of the collection."""
        self.reader.close()
        self.collection.close()
