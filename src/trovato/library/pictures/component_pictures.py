"""Vectors of the pictures that stand in documents which are split into components."""

from __future__ import annotations

import time

from trovato.core import PathLike, ProgressCallback, no_progress
from trovato.core.system.cache_folder import cache_folder
from trovato.encode.images import EmbeddedSpace, PictureSpace
from trovato.index import PICTURE_FIELD, Collection
from trovato.library.pictures.feature_cache import FeatureCache
from trovato.library.pictures.picture_features import PictureFeatures
from trovato.library.pictures.picture_report import PictureReport
from trovato.library.pictures.placing import fit_and_place, remove_image_field


def place_component_pictures(
    collection: Collection,
    space: PictureSpace | None = None,
    *,
    crops: bool = False,
    cache: PathLike | None = None,
    progress: ProgressCallback = no_progress,
) -> PictureReport:
    """Give the pictures of a collection of components vectors of what they look like.

    Their files are looked at once, and what is computed of them is kept; the space is fitted anew
    to the pictures that are there now, and all are placed in it.

    Parameters
    ----------
    collection
        As `index_components` filled it from files.
    space
        The encoder of pictures; by default the embedded one.
    crops
        Also encode five parts of each picture: it is then met by the best of its vectors.
    cache
        File of features; by default in the user's folder for caches.
    progress
        Told what is done, and how many pictures of how many.

    Raises
    ------
    CollectionBusyError
        If another process writes to the collection.
    MissingExtraError
        If the encoder's packages are not installed.
    """
    started = time.perf_counter()
    space = space or EmbeddedSpace()
    report = PictureReport()
    with collection.reader() as reader:
        field = reader.fields.get(PICTURE_FIELD)
    if field is not None:
        remove_image_field(collection, field)
    kept = FeatureCache(cache or cache_folder() / "pictures.sqlite")
    try:
        features = PictureFeatures(space, kept, crops=crops)
        placed = fit_and_place(collection, features, None, report, progress)
    finally:
        kept.close()
    report.alignment = None if placed is None else placed.alignment
    report.reads_text = placed is not None and space.reads_text
    report.seconds = time.perf_counter() - started
    return report
