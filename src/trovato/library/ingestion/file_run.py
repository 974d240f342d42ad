"""One file after the other: skipped, moved, read again, or read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trovato.core import (
    Attribute,
    Encoder,
    EncoderOfLanguages,
    InvalidInputError,
    MissingExtraError,
    Page,
    TextLayout,
    TokenVectors,
    UnreadableFileError,
)
from trovato.data import Document, FileToIndex, digest
from trovato.index import Draft, StoredFile, Writer
from trovato.library.ingestion.ingest_report import IngestCallback, IngestReport, Progress
from trovato.library.ingestion.small_files import ReadFile, SmallFiles
from trovato.ops import is_english

# From a document and the number of a page to its vectors by field.
PageFields = Callable[[Document, int], Mapping[str, Any]]
# How often a file is read that changes meanwhile.
_ATTEMPTS = 3


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is written to; None where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


class _ChangedWhileReadError(UnreadableFileError):
    """A file was written to while it was read."""


def _check_unchanged(path: Path, stamp: tuple[int, int] | None) -> None:
    if _stamp(path) != stamp:
        raise _ChangedWhileReadError(
            "is written to while it is read: index it again when it is left alone"
        )


class FileRun:
    """The state of one run over its files."""

    def __init__(
        self,
        writer: Writer,
        encoder: Encoder,
        opened: Callable[[Path], Document],
        retry_ocr: bool,
        retry: bool,
        report: IngestReport,
        progress: IngestCallback,
        gone: dict[str, StoredFile],
    ) -> None:
        self.writer = writer
        self.encoder = encoder
        self.english_only = isinstance(encoder, EncoderOfLanguages) and encoder.english_only
        self.opened = opened
        self.retry_ocr = retry_ocr
        self.retry = retry
        self.report = report
        self.progress = progress
        self.gone = gone
        self.page_fields: PageFields | None = None
        self.small = SmallFiles(encoder)
        self.gone_by_digest = {file.digest: file.name for file in gone.values()}
        self.total = 0
        self.done = 0

    def all_files(self, sources: Sequence[FileToIndex]) -> None:
        """Bring one after the other up to date; what cannot be read is reported."""
        self.total = sum(source.bytes for source in sources)
        for source in sources:
            if self.small.full:
                self._write_small()
            try:
                waits = self._at_rest(source)
            except (UnreadableFileError, InvalidInputError, MissingExtraError) as error:
                waits = False
                self.report.failures.append((source.name, str(error)))
            if not waits:
                self._done_with(source)
        self._write_small()

    def _done_with(self, source: FileToIndex) -> None:
        self.done += source.bytes
        self.progress(Progress(source.name, self.report.pages, self.done, self.total))

    def _at_rest(self, source: FileToIndex) -> bool:
        """Read a file; again, where it was written to meanwhile. Whether it waits to be encoded."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._file(source)
            except _ChangedWhileReadError:
                if attempt == _ATTEMPTS - 1:
                    raise
        return False

    def _file(self, source: FileToIndex) -> bool:
        stamp = _stamp(source.path)
        content = digest(source.path)
        known = self.writer.known(source.name)
        if known is None and self._moved(source, content):
            return False
        if known == content and not self._unread_before(source.name):
            self.report.unchanged.append(source.name)
            return False
        failed = self.writer.failure(source.name, content)
        if failed is not None and not self.retry:
            raise UnreadableFileError(failed)
        before = self._counts
        try:
            with self.opened(source.path) as document:
                waits = document.page_count == 1 and self.page_fields is None
                if waits:
                    (page,) = self._read(source, document, 0)
                    read = ReadFile(source, content, document.kind, document.attributes, page)
                else:
                    self._write_small()
                    before = self._counts
                    draft = self._pages(source, content, document)
            _check_unchanged(source.path, stamp)
        except _ChangedWhileReadError:
            self.report.pages, self.report.tokens, self.report.ocr_pages = before
            raise
        except UnreadableFileError as error:
            self.writer.record_failure(source.name, content, str(error))
            raise
        if waits:
            self.small.add(read)
        else:
            draft.finish()
            self._published(source, known)
        return waits

    @property
    def _counts(self) -> tuple[int, int, int]:
        return self.report.pages, self.report.tokens, self.report.ocr_pages

    def _published(self, source: FileToIndex, known: str | None) -> None:
        (self.report.added if known is None else self.report.replaced).append(source.name)
        self.report.bytes += source.bytes

    def _write_small(self) -> None:
        """Encode the files that wait, and write each."""
        for file, vectors in self.small.encoded():
            source = file.source
            try:
                known = self.writer.known(source.name)
                draft = self._staged(source, file.content, file.kind, file.attributes)
                if not draft.pages_done:  # else it was interrupted before it was published
                    self._add(draft, file.page, vectors, {})
                draft.finish()
            except (UnreadableFileError, InvalidInputError) as error:
                self.report.failures.append((source.name, str(error)))
            else:
                self._published(source, known)
            self._done_with(source)

    def _unread_before(self, name: str) -> bool:
        """Whether the file is asked for again and has pages that only OCR, now there, can read."""
        return self.retry_ocr and self.writer.has_page_with(name, "ocr", 0)

    def _moved(self, source: FileToIndex, content: str) -> bool:
        """Whether it is a file that vanished elsewhere, and has its name here from now on."""
        old = self.gone_by_digest.get(content)
        place = {"source": source.path.resolve().as_uri()}
        if old not in self.gone or not self.writer.rename(old, source.name, place):
            return False
        del self.gone[old]
        self.report.moved.append((old, source.name))
        return True

    def _staged(
        self, source: FileToIndex, content: str, kind: str, attributes: Mapping[str, Attribute]
    ) -> Draft:
        place = {"source": source.path.resolve().as_uri()}
        return self.writer.stage(source.name, content, kind, source.bytes, {**attributes, **place})

    def _add(
        self, draft: Draft, page: Page, vectors: TokenVectors, fields: Mapping[str, Any]
    ) -> None:
        draft.add(page, vectors.values, vectors.spans, fields)
        self.report.pages += 1
        self.report.tokens += len(vectors)
        self.report.ocr_pages += int(bool(page.attributes.get("ocr")))
        self.report.not_english += self.english_only and is_english(page.text) is False

    def _pages(self, source: FileToIndex, content: str, document: Document) -> Draft:
        draft = self._staged(source, content, document.kind, document.attributes)
        ahead: deque[Page] = deque()

        def texts() -> Iterator[str]:
            for page in self._read(source, document, draft.pages_done):
                ahead.append(page)
                yield page.text

        for vectors in self.encoder.encode(texts()):
            page = ahead.popleft()
            fields = self.page_fields(document, page.number) if self.page_fields else {}
            self._add(draft, page, vectors, fields)
            part = source.bytes * page.number // document.page_count
            self.progress(Progress(source.name, self.report.pages, self.done + part, self.total))
        return draft

    def _read(self, source: FileToIndex, document: Document, done: int) -> Iterator[Page]:
        for number in range(done + 1, document.page_count + 1):
            try:
                yield document.page(number)
            except UnreadableFileError as error:
                # One bad page must not cost the others: it stays, empty, and is reported.
                self.report.failures.append((f"{source.name}#{number}", str(error)))
                yield Page(number, "", TextLayout.empty(0.0, 0.0), {"unreadable": str(error)})
