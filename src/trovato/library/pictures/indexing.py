"""Files and folders of pictures made searchable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import (
    InvalidInputError,
    Item,
    PathLike,
    ProgressCallback,
    UnreadableFileError,
    check_many,
    generator,
    no_progress,
)
from trovato.core.shapes import Float32
from trovato.data import FileToIndex, Skipped, digest, discover
from trovato.data.pictures import PICTURE_SUFFIXES, read_captions, read_picture
from trovato.encode.images import Alignment
from trovato.library.library import cache_folder
from trovato.library.pictures.feature_cache import FeatureCache
from trovato.library.pictures.spaces import EmbeddedSpace, PictureSpace
from trovato.library.pictures.storage import write_pictures

_BLOCK = 1024
_SAMPLE = 20_000  # pictures that a space is fitted to, at most


@dataclass(frozen=True, slots=True)
class PictureReport:
    """What was indexed.

    Parameters
    ----------
    pictures, captioned
        How many there are, and how many of them have a caption.
    skipped
        Names of files that could not be read, with the reason.
    duplicates
        Names of files that hold the very bytes of another, with the name of that one.
    alignment
        How well captions are foretold from pictures; None for an encoder that is not fitted, or
        where captions were too few.
    reads_text
        Whether the collection can be searched by words: it cannot where captions were too few.
    """

    pictures: int
    captioned: int
    skipped: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]
    alignment: Alignment | None
    reads_text: bool


def index_pictures(
    paths: Iterable[PathLike],
    to: PathLike,
    *,
    captions: PathLike | None = None,
    space: PictureSpace | None = None,
    cache: PathLike | None = None,
    progress: ProgressCallback = no_progress,
) -> PictureReport:
    """Make pictures searchable, or index a collection anew.

    Features of pictures that were seen before come from the cache, so work that was broken off goes
    on where it stood. The collection is replaced at the end, as a whole.

    Parameters
    ----------
    paths
        Files and folders; what is no picture is passed over.
    to
        Folder of the collection.
    captions
        A file with captions or tags; see `trovato.data.pictures.read_captions`. Its names are paths
        from its own folder, or file names.
    space
        The encoder; by default the embedded one.
    cache
        File of features; by default in the user's folder for caches.
    progress
        Told what is done, and how many pictures of how many.

    Raises
    ------
    InvalidInputError
        If there is no picture that can be read.
    MissingExtraError
        If the encoder's packages are not installed.
    """
    check_many("paths", paths)
    space = space or EmbeddedSpace()
    said = _Captions(captions)
    kept = FeatureCache(cache or cache_folder() / "pictures.sqlite")
    try:
        found = _Found(space, kept)
        files = [file for file in discover(paths) if _is_picture(file)]
        for done, file in enumerate(files):
            progress("reading pictures", done, len(files))
            found.add(file, said)
        progress("reading pictures", len(files), len(files))
        if not found.items:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in found.skipped[:3])
            raise InvalidInputError(f"there is no picture that can be read ({reasons or 'none'})")
        items = sorted(found.items, key=lambda item: item.id)
        drawn = generator(0, "pictures to fit a space to").permutation(len(items))[:_SAMPLE]
        progress("fitting", 0, 1)
        sample = [items[place] for place in drawn]
        alignment = space.fit(found.features(sample), [item.text for item in sample])
        progress("fitting", 1, 1)
        report = PictureReport(
            len(items),
            sum(bool(item.text) for item in items),
            tuple(found.skipped),
            tuple(found.duplicates),
            alignment,
            space.reads_text,
        )

        def blocks() -> Iterator[Float32[np.ndarray, "some dim"]]:
            for first in range(0, len(items), _BLOCK):
                progress("placing pictures", first, len(items))
                some = items[first : first + _BLOCK]
                yield space.pictures(found.features(some), [item.text for item in some])
            progress("placing pictures", len(items), len(items))

        write_pictures(Path(to), items, blocks(), space.arrays(), {"encoder": space.fingerprint})
        return report
    finally:
        kept.close()


class _Found:
    """Pictures that were read so far."""

    def __init__(self, space: PictureSpace, cache: FeatureCache) -> None:
        self._space = space
        self._cache = cache
        self._first: dict[str, str] = {}
        self._of: dict[str, str] = {}
        self.items: list[Item] = []
        self.skipped: list[tuple[str, str]] = []
        self.duplicates: list[tuple[str, str]] = []

    def add(self, file: FileToIndex | Skipped, said: _Captions) -> None:
        """Read a picture, or say why not."""
        if isinstance(file, Skipped):
            self.skipped.append((file.name, file.reason))
            return
        try:
            content = digest(file.path)
            if self._cache.get(self._space.fingerprint, content) is None:
                image = read_picture(file.path)
                features = next(iter(self._space.features([image])))
                self._cache.put(self._space.fingerprint, content, features)
        except UnreadableFileError as error:
            self.skipped.append((file.name, str(error)))
            return
        first = self._first.setdefault(content, file.name)
        if first != file.name:
            self.duplicates.append((file.name, first))
        self._of[file.name] = content
        image_path = str(file.path.resolve())
        self.items.append(Item(file.name, "picture", said.of(file.path), image=image_path))

    def features(self, items: list[Item]) -> Float32[np.ndarray, "pictures features"]:
        """Features of some pictures, from the cache."""
        rows = [self._cache.get(self._space.fingerprint, self._of[item.id]) for item in items]
        return np.stack([row for row in rows if row is not None])


class _Captions:
    """Captions by path and, where a name is there once, by file name."""

    def __init__(self, path: PathLike | None) -> None:
        self._by_path: dict[Path, str] = {}
        by_name: dict[str, list[str]] = {}
        if path is not None:
            folder = Path(path).resolve().parent
            for name, text in read_captions(path).items():
                self._by_path[(folder / name).resolve()] = text
                by_name.setdefault(Path(name).name, []).append(text)
        self._by_name = {name: texts[0] for name, texts in by_name.items() if len(texts) == 1}

    def of(self, path: Path) -> str:
        return self._by_path.get(path.resolve(), self._by_name.get(path.name, ""))


def _is_picture(file: FileToIndex | Skipped) -> bool:
    if isinstance(file, Skipped):
        return not file.unsupported
    return file.path.suffix.lower() in PICTURE_SUFFIXES
