"""The space of a collection's image field: fitted once, kept beside it, named by the field."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from trovato.core import CorruptCollectionError, IncompatibleCollectionError, UnreadableFileError
from trovato.core.shapes import Float32, Float64
from trovato.core.system.artifact import Artifact
from trovato.encode.images import Alignment, PictureSpace
from trovato.index import PICTURE_FIELD, Collection, VectorField

_FITTED = "; fitted "
_KIND = "image space"


@dataclass(frozen=True, slots=True, eq=False)
class FittedSpace:
    """A space as it was fitted to the pictures of a collection.

    Parameters
    ----------
    space
        The encoder.
    average
        Of the vectors that it was fitted to.
    alignment
        How well captions are foretold; None where nothing is fitted, or captions were too few.
    """

    space: PictureSpace
    average: Float64[np.ndarray, " dim"]
    alignment: Alignment | None

    @staticmethod
    def fit(
        space: PictureSpace,
        features: Float32[np.ndarray, "pictures features"],
        captions: Sequence[str],
    ) -> FittedSpace:
        """Fit a space to some pictures of a collection, empty captions where they have none."""
        alignment = space.fit(features, captions)
        placed = space.pictures(features, captions)
        return FittedSpace(space, placed.mean(axis=0, dtype=np.float64), alignment)

    def save(self, folder: Path, *, crops: bool) -> VectorField:
        """Keep it beside a collection; the field that belongs to it, several vectors with `crops`.

        Raises
        ------
        StorageError
            If the system refuses to write.
        """
        arrays = {**self.space.arrays(), "average": self.average}
        hashed = hashlib.sha256()
        for name, values in sorted(arrays.items()):
            hashed.update(f"{name} {values.shape} {values.dtype}\0".encode())
            hashed.update(np.ascontiguousarray(values).tobytes())
        name = hashed.hexdigest()[:16]
        about = {"alignment": None if self.alignment is None else asdict(self.alignment)}
        Artifact(_KIND, self.space.fingerprint, arrays, about).save(_path(folder, name))
        fingerprint = f"{self.space.fingerprint}{_FITTED}{name}"
        return VectorField(PICTURE_FIELD, fingerprint, len(self.average), single=not crops)

    @staticmethod
    def load(collection: Collection, field: VectorField, space: PictureSpace) -> FittedSpace:
        """Take up what `save` kept, into a space of the same encoder.

        Raises
        ------
        IncompatibleCollectionError
            If the field was made with another encoder.
        CorruptCollectionError
            If the file is absent or damaged.
        """
        encoder, _, name = field.fingerprint.rpartition(_FITTED)
        if encoder != space.fingerprint:
            raise IncompatibleCollectionError(
                f"the pictures of {collection.path} were indexed with {encoder!r}, this encoder is "
                f"{space.fingerprint!r}: name the same one, or index them into a new collection"
            )
        try:
            kept = Artifact.load(
                _path(collection.path, name), _KIND, remedy="index the pictures with --refit"
            )
            arrays = dict(kept.arrays)
            average = np.asarray(arrays.pop("average"), np.float64)
            space.restore(arrays)
            told = kept.about["alignment"]
        except (UnreadableFileError, KeyError, TypeError) as error:
            raise CorruptCollectionError(str(error)) from error
        return FittedSpace(space, average, None if told is None else Alignment(**told))

    @staticmethod
    def forget(folder: Path, field: VectorField) -> None:
        """Delete what belongs to a field that is no more."""
        _path(folder, field.fingerprint.rpartition(_FITTED)[2]).unlink(missing_ok=True)


def _path(folder: Path, name: str) -> Path:
    return folder / f"image-{name}.npz"
