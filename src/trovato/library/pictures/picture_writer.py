"""Writes pictures as items, one after another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from PIL import Image

from trovato.core import (
    Attribute,
    Encoder,
    InvalidInputError,
    Item,
    Location,
    ProgressCallback,
    UnreadableFileError,
)
from trovato.core.shapes import Float32
from trovato.data import FileToIndex, Ocr, digest, typeset
from trovato.data.pictures import Caption, Look, NearDuplicates, read_picture
from trovato.index import DEFAULT_FIELD, PICTURE_FIELD, Reader, Writer
from trovato.library.pictures.caption_sources import CaptionSources
from trovato.library.pictures.fitted_space import FittedSpace
from trovato.library.pictures.known_looks import known_twin, look_attributes
from trovato.library.pictures.picture_features import PictureFeatures
from trovato.library.pictures.picture_report import PictureReport


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A picture that is to be written: its item, its features, and what tells it from others."""

    item: Item
    features: Float32[np.ndarray, "views features"]
    mark: str
    bytes: int


class PictureWriter:
    """One run over files of pictures.

    Parameters
    ----------
    writer, reader
        Of the collection; the reader sees it as it was before.
    encoder
        Of captions.
    features, placed
        What pictures look like, and the space that they are placed in; None for not yet.
    said, ocr
        What is said of them, and what reads words on them; None for no such words.
    retry
        Whether to read pictures again that failed before.
    report
        Told what was done.
    """

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        encoder: Encoder,
        features: PictureFeatures,
        placed: FittedSpace | None,
        said: CaptionSources,
        ocr: Ocr | None,
        retry: bool,
        report: PictureReport,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._encoder = encoder
        self._features = features
        self._placed = placed
        self._said = said
        self._ocr = ocr
        self._retry = retry
        self._report = report
        self._contents: dict[str, str] = {}
        self._alike = NearDuplicates()

    def write(self, files: Sequence[FileToIndex], progress: ProgressCallback) -> None:
        """Bring the collection up to date; what was done is kept when it is cut short."""
        ahead: deque[_Read] = deque()

        def texts() -> Iterator[str]:
            for done, file in enumerate(files):
                progress("reading pictures", done, len(files))
                try:
                    read = self._read(file)
                except (UnreadableFileError, InvalidInputError) as error:
                    self._report.failures.append((file.name, str(error)))
                    continue
                if read is not None:
                    ahead.append(read)
                    yield read.item.text
            progress("reading pictures", len(files), len(files))

        try:
            for vectors in self._encoder.encode(texts()):
                self._write(ahead.popleft(), vectors.values, vectors.spans)
        except BaseException:
            with suppress(InvalidInputError):  # the writer itself has failed
                self._writer.flush()
            raise

    def _read(self, file: FileToIndex) -> _Read | None:
        """What is to be written of a file; None where it is there already."""
        content = digest(file.path)
        failed = self._writer.failure(file.name, content)
        if failed is not None and not self._retry:
            raise UnreadableFileError(failed)
        try:
            said = self._said.of(file.path)
        except UnreadableFileError as error:
            self._writer.record_failure(file.name, content, str(error))
            raise
        copied = self._tell_duplicate(file.name, content)
        mark = _mark(content, said, read=self._ocr is not None)
        if self._writer.known(file.name) == mark:
            self._report.unchanged.append(file.name)
            return None
        try:
            image = read_picture(file.path)
        except UnreadableFileError as error:
            self._writer.record_failure(file.name, content, str(error))
            raise
        look = Look.of(image)
        twin = self._alike.add(file.name, look) or known_twin(self._reader, file.name, look)
        if twin is not None and not copied:
            self._report.alike.append((file.name, twin))
        words = "" if self._ocr is None else self._ocr.read(image, *map(float, image.size)).text
        item = Item(
            file.name,
            "picture",
            "\n".join(text for text in (said.text, words) if text),
            Location(file.name),
            {**said.attributes, **_facts(content, said, image), **look_attributes(look)},
            image=str(file.path.resolve()),
        )
        return _Read(item, self._features.of(content, image), mark, file.bytes)

    def _tell_duplicate(self, name: str, content: str) -> bool:
        first = self._contents.setdefault(content, name)
        if first == name:
            known = self._reader.ids_of(self._reader.rows_with("sha256", content)).values()
            first = next((other for other in sorted(known) if other != name), name)
        if first != name:
            self._report.duplicates.append((name, first))
        return first != name

    def _write(
        self,
        read: _Read,
        tokens: Float32[np.ndarray, "tokens dim"],
        spans: np.ndarray | None,
    ) -> None:
        item, known = read.item, self._writer.known(read.item.id)
        if known is not None and not known.startswith(_MARK):
            self._writer.remove(item.id)  # it was read as pages before
        draft = self._writer.stage(item.id, read.mark, "picture", read.bytes, {}, whole=True)
        fields = {DEFAULT_FIELD: tokens}
        if self._placed is not None:
            views = [str(item.attributes.get("caption", ""))] * len(read.features)
            fields[PICTURE_FIELD] = self._placed.space.pictures(read.features, views)
        draft.add_item(item, fields, spans, typeset(item.text))
        draft.finish()
        (self._report.added if known is None else self._report.replaced).append(item.id)
        self._report.captioned += bool(item.attributes.get("caption"))


_MARK = "picture "


def _mark(content: str, said: Caption, *, read: bool) -> str:
    """Changes whenever what is stored of a picture would; never the digest of a file."""
    told = repr((said.text, sorted(said.attributes.items()), read))
    return f"{_MARK}{sha256(f'{content} {told}'.encode(errors='surrogatepass')).hexdigest()}"


def _facts(content: str, said: Caption, image: Image.Image) -> dict[str, Attribute]:
    facts: dict[str, Attribute] = {
        "sha256": content,
        "width": image.width,
        "height": image.height,
    }
    return {**facts, "caption": said.text} if said.text else facts
