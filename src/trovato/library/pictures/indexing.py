"""Pictures brought into a collection: what they say as words, what they look like as one vector."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from trovato.core import Encoder, PathLike, ProgressCallback, check_many, no_progress
from trovato.core.system.cache_folder import cache_folder
from trovato.data import FileToIndex, Ocr, Skipped, discover
from trovato.data.pictures import PICTURE_SUFFIXES
from trovato.encode.images import EmbeddedSpace, PictureSpace
from trovato.index import PICTURE_FIELD, Collection, StoredField
from trovato.library.pictures.caption_sources import CaptionSources
from trovato.library.pictures.feature_cache import FeatureCache
from trovato.library.pictures.fitted_space import FittedSpace
from trovato.library.pictures.picture_features import PictureFeatures
from trovato.library.pictures.picture_report import PictureReport
from trovato.library.pictures.picture_writer import PictureWriter
from trovato.library.pictures.placing import fit_and_place, lacks_words, remove_image_field


def image_field(collection: Collection) -> StoredField | None:
    """The field of a collection's pictures; None where it has none."""
    with collection.reader() as reader:
        return reader.fields.get(PICTURE_FIELD)


def index_pictures(
    collection: Collection,
    encoder: Encoder,
    paths: Iterable[PathLike],
    *,
    captions: PathLike | None = None,
    names: bool = False,
    ocr: Ocr | None = None,
    space: PictureSpace | None = None,
    crops: bool = False,
    refit: bool = False,
    retry: bool = False,
    exclude: Iterable[str] = (),
    cache: PathLike | None = None,
    found: Sequence[FileToIndex | Skipped] | None = None,
    progress: ProgressCallback = no_progress,
) -> PictureReport:
    """Bring a collection up to date with the pictures among files and folders.

    A picture becomes an item of the kind "picture" whose id is the file's name: its caption is the
    text, which is found by words; what else is said of it are attributes; its vector lies in the
    field "image". A picture is written again when its bytes or what is said of it have changed. The
    first time, the space of the encoder is fitted to the pictures, and kept beside the collection;
    from then on, pictures are placed in it as they come. After an interruption the same call goes
    on.

    Parameters
    ----------
    collection
        Where they go.
    encoder
        Makes the token vectors of captions; its fingerprint must be the collection's.
    paths
        Files and folders; what is no picture is passed over.
    captions
        A file with captions, tags and facts; see `trovato.data.pictures.read_captions`. Its names
        are paths from its own folder, or file names. What it does not speak of has what XMP says,
        beside the picture or inside it.
    names
        Let the words of a file's name be the caption where nothing else is said.
    ocr
        Reads words on pictures, which follow the caption in the text; None for not.
    space
        The encoder of pictures; by default the embedded one.
    crops
        Also encode five parts of each picture: it is then found by the best of its vectors. What
        the collection's first pictures had stays.
    refit
        Fit the space again, to all pictures that are there now. That also happens when there were
        too few captions for words before, and now there are enough.
    retry
        Read pictures again that failed before and have not changed since.
    exclude
        Patterns of what to pass over; see `trovato.data.discover`.
    cache
        File of features; by default in the user's folder for caches.
    found
        What `discover` gave for `paths` and `exclude`; None to walk them here.
    progress
        Told what is done, and how many pictures of how many.

    Raises
    ------
    CollectionBusyError
        If another process writes to the collection.
    IncompatibleCollectionError
        If its pictures were indexed with another encoder.
    MissingExtraError
        If the encoder's packages are not installed.
    """
    check_many("paths", paths)
    started = time.perf_counter()
    space = space or EmbeddedSpace()
    said = CaptionSources(captions, names=names)
    report = PictureReport()
    field = image_field(collection)
    placed = None if field is None else FittedSpace.load(collection, field, space)
    crops = crops if field is None else not field.single
    kept = FeatureCache(cache or cache_folder() / "pictures.sqlite")
    try:
        features = PictureFeatures(space, kept, crops=crops)
        files = []
        for one in discover(paths, exclude) if found is None else found:
            if not isinstance(one, FileToIndex):
                report.failures += [] if one.unsupported else [(one.name, one.reason)]
            elif one.path.suffix.lower() in PICTURE_SUFFIXES:
                files.append(one)
        with collection.reader() as reader, collection.writer() as writer:
            run = PictureWriter(writer, reader, encoder, features, placed, said, ocr, retry, report)
            run.write(files, progress)
        if field is not None and (refit or lacks_words(collection, space)):
            remove_image_field(collection, field)
            placed = None
        placed = fit_and_place(collection, features, placed, report, progress)
    finally:
        kept.close()
    report.alignment = None if placed is None else placed.alignment
    report.reads_text = placed is not None and space.reads_text
    report.seconds = time.perf_counter() - started
    return report
