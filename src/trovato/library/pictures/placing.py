"""A space fitted to the pictures of a collection, and its pictures placed in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trovato.core import Item, ProgressCallback, generator
from trovato.core.shapes import Float32
from trovato.encode.images import FEWEST_CAPTIONS, PictureSpace
from trovato.index import PICTURE_FIELD, Collection, StoredField, VectorField, VectorFormat
from trovato.library.pictures.fitted_space import FittedSpace
from trovato.library.pictures.picture_features import PictureFeatures
from trovato.library.pictures.picture_report import PictureReport

_SAMPLE = 20_000  # pictures that a space is fitted to, at most


def caption_of(item: Item) -> str:
    """What is said of a picture, without words that were read on it."""
    return str(item.attributes.get("caption", ""))


def lacks_words(collection: Collection, space: PictureSpace) -> bool:
    """Whether a space that reads no text could learn to, from the captions there are now."""
    if space.reads_text:
        return False
    return sum(bool(caption_of(item)) for item in _sample(collection)) >= FEWEST_CAPTIONS


def remove_image_field(collection: Collection, field: StoredField) -> None:
    """Take the vectors of pictures away, and the space that they were placed in."""
    with collection.writer() as writer:
        writer.remove_field(field.name)
    FittedSpace.forget(collection.path, field)


def fit_and_place(
    collection: Collection,
    features: PictureFeatures,
    placed: FittedSpace | None,
    report: PictureReport,
    progress: ProgressCallback,
) -> FittedSpace | None:
    """Place the pictures that have no vector yet; in a new space where there is none.

    Pictures whose files have gone, and whose features nobody knows any more, are told as failures.
    None where there is no picture at all.
    """
    space = features.space
    if placed is None:
        sample = [
            (found[0], caption_of(item))
            for item in _sample(collection)
            if (found := features.of_item(item)) is not None
        ]
        if not sample:
            return None
        progress("fitting", 0, 1)
        placed = FittedSpace.fit(
            space, np.stack([row for row, _ in sample]), [said for _, said in sample]
        )
        progress("fitting", 1, 1)
        field = placed.save(collection.path, crops=features.crops)
    else:
        with collection.reader() as reader:
            known = reader.fields[PICTURE_FIELD]
        field = VectorField(known.name, known.fingerprint, known.dim, known.single)

    def encode(items: Iterator[Item]) -> Iterator[Float32[np.ndarray, "views dim"]]:
        none = np.zeros((0, field.dim), np.float32)
        for item in items:
            found = features.of_item(item) if item.kind == "picture" else None
            if found is None and item.kind == "picture":
                report.failures.append((item.id, "its file has gone: it is found by words alone"))
            yield none if found is None else space.pictures(found, [caption_of(item)] * len(found))

    report.placed = collection.add_field(
        field, encode, vector_format=VectorFormat("fp16"), progress=progress
    )
    return placed


def _sample(collection: Collection) -> list[Item]:
    """Some pictures, always the same ones of the same collection."""
    with collection.reader() as reader:
        rows = np.fromiter(reader.rows_of_kind("picture"), np.int64)
        order = generator(0, "pictures to fit a space to").permutation(len(rows))
        return reader.items(np.sort(rows[order[:_SAMPLE]]).tolist())
