"""Files in, searchable pages out: one pass that can be stopped and continued at any moment."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from trovato.core import (
    Encoder,
    InvalidInputError,
    Item,
    Location,
    MissingExtraError,
    Page,
    PathLike,
    ProgressCallback,
    TextLayout,
    UnreadableFileError,
    check_many,
    no_progress,
)
from trovato.data import (
    Document,
    FileToIndex,
    Ocr,
    RedoOcr,
    digest,
    discover,
    open_document,
    typeset,
)
from trovato.data.pictures import PICTURE_SUFFIXES
from trovato.index import DEFAULT_FIELD, Collection, Draft, StoredFile, Writer
from trovato.library.folder_changes import vanished_files
from trovato.library.ingest_report import IngestCallback, IngestReport, Progress
from trovato.ops import is_english

# From a document and the number of a page to its vectors by field.
PageFields = Callable[[Document, int], Mapping[str, Any]]
# How often a file is read that changes meanwhile.
_ATTEMPTS = 3


def ingest(
    collection: Collection,
    encoder: Encoder,
    paths: Iterable[PathLike],
    *,
    ocr: Ocr | None = None,
    pictures: bool = True,
    prune: bool = False,
    retry: bool = False,
    exclude: Iterable[str] = (),
    passwords: Iterable[str] = (),
    page_fields: PageFields | None = None,
    redo_ocr: RedoOcr = "auto",
    progress: IngestCallback = no_progress,
) -> IngestReport:
    """Bring a collection up to date with files and folders.

    A file is compared by the hash of its content: unchanged ones are skipped, changed ones replaced
    at once when their last page is done, and one that was interrupted goes on where it stopped. One
    that was moved keeps its pages under its new name. One that changes while it is read is read
    again. A file that cannot be read is reported and leaves what is stored of it alone.

    Parameters
    ----------
    collection
        Where the pages go.
    encoder
        Makes the token vectors; its fingerprint must be the collection's.
    paths
        Files and folders. Folders are walked.
    ocr
        Reads pages without a text layer; None leaves them without text.
    pictures
        Read pictures as pages; else they are left to `trovato.library.index_pictures`.
    prune
        Remove files of the collection that are not among `paths` any more. What lies in a folder
        that cannot be opened, or in which no file was found, is kept.
    retry
        Read files again that failed before, or that have pages which wanted OCR when it was not
        there, and have not changed since.
    exclude
        Patterns of what to pass over; see `trovato.data.discover`.
    passwords
        Tried on PDFs that are encrypted.
    page_fields
        Gives a page's vectors in other fields, by name, such as those of its image.
    redo_ocr
        Which pages with a text layer are read by OCR; see `trovato.data.open_document`.
    progress
        Called after every page.

    Raises
    ------
    CollectionBusyError
        If another process writes to the collection.
    InvalidInputError
        If `paths` is one path, or `prune` is set and no file was found under any of them.
    """
    check_many("paths", paths)
    check_many("passwords", passwords)
    paths = list(paths)
    started = time.perf_counter()
    report = IngestReport()
    sources: list[FileToIndex] = []
    unseen: list[str] = []
    for found in discover(paths, exclude):
        if isinstance(found, FileToIndex):
            sources.append(found)
        elif found.unsupported:
            suffix = Path(found.name).suffix.lower()
            report.ignored += 1
            report.ignored_types[suffix] = report.ignored_types.get(suffix, 0) + 1
        else:
            report.failures.append((found.name, found.reason))
            unseen += [found.name] * found.unseen
    if prune and not sources:
        found_instead = "; ".join(f"{name} {reason}" for name, reason in report.failures)
        raise InvalidInputError(
            "pruning removes what is not among the paths any more, and no file was found there "
            f"({found_instead or 'no path was given'}): nothing was removed; check the paths, or "
            "remove files by name"
        )
    with collection.writer(progress=_after(report, progress)) as writer:
        seen = {source.name for source in sources}
        gone = vanished_files(collection.files(), paths, seen, unseen)
        opened = partial(open_document, ocr=ocr, passwords=tuple(passwords), redo_ocr=redo_ocr)
        run = _Run(
            writer, encoder, opened, retry and ocr is not None, retry, report, progress, gone
        )
        run.page_fields = page_fields
        with _kept(writer):
            run.all_files([file for file in sources if pictures or not _is_picture(file)])
        if prune:
            report.removed = writer.prune(seen, unseen)
        report.vanished = [name for name in run.gone if name not in report.removed]
    report.seconds = time.perf_counter() - started
    return report


def ingest_items(
    collection: Collection,
    encoder: Encoder,
    items: Iterable[Item],
    *,
    progress: IngestCallback = no_progress,
) -> IngestReport:
    """Bring a collection up to date with texts that are no files, such as a test collection's.

    Each keeps its id. Its name as a file, for `remove` and `filter`, is that id too.

    Parameters
    ----------
    collection
        Where they go.
    encoder
        Makes the token vectors; its fingerprint must be the collection's.
    items
        Read one at a time. Their ids must differ. One of the id of an item that is there takes
        its place, and what is below that goes. A parent comes before its parts.
    progress
        Called while the collection is put in order at the end.

    Raises
    ------
    CollectionBusyError
        If another process writes to the collection.
    InvalidInputError
        If one is no item, its id is a file's name or a page's id, or its parent is not there;
        those before it are kept.
    """
    check_many("items", items)
    started = time.perf_counter()
    report = IngestReport()
    with collection.writer(progress=_after(report, progress)) as writer, _kept(writer):
        ahead: deque[tuple[Item, str, str | None]] = deque()
        written: set[str] = set()

        def texts() -> Iterator[str]:
            for item in items:
                if not isinstance(item, Item):
                    raise InvalidInputError(
                        f"items must be `trovato.Item`s, got {type(item).__name__}: write "
                        'Item("an id", "text", "its text")'
                    )
                content = _digest_of(item)
                known = writer.known(item.id)
                # A new version of a parent takes its parts away, so they are written again too.
                if known == content and item.parent not in written:
                    report.unchanged.append(item.id)
                else:
                    written.add(item.id)
                    ahead.append((item, content, known))
                    yield item.text

        for vectors in encoder.encode(texts()):
            item, content, known = ahead.popleft()
            size = len(item.text.encode(errors="surrogatepass"))  # refused by `add`, with a reason
            draft = writer.stage(item.id, content, item.kind, size, item.attributes, whole=True)
            placed = replace(item, location=item.location or Location(item.id))
            fields = {DEFAULT_FIELD: vectors.values}
            draft.add_item(placed, fields, vectors.spans, typeset(item.text))
            draft.finish()
            (report.added if known is None else report.replaced).append(item.id)
            report.pages += 1
            report.tokens += len(vectors)
            report.bytes += size
    report.seconds = time.perf_counter() - started
    return report


def _is_picture(file: FileToIndex) -> bool:
    return file.path.suffix.lower() in PICTURE_SUFFIXES


def _digest_of(item: Item) -> str:
    """Hash of all that is stored of an item; never that of a file."""
    place = (item.location, item.parent, item.order, item.image, item.links)
    content = repr((item.kind, item.text, sorted(item.attributes.items())))
    content += repr(place) * (place != (None, None, 0, None, ()))
    return f"item {sha256(content.encode()).hexdigest()}"


@contextmanager
def _kept(writer: Writer) -> Iterator[None]:
    """Keep what was read when reading is cut short: the next run goes on after it."""
    try:
        yield
    except BaseException:
        with suppress(InvalidInputError):  # the writer itself has failed
            writer.flush()
        raise


def _after(report: IngestReport, progress: IngestCallback) -> ProgressCallback:
    """Tells a callback of the work that comes when all pages are there."""
    return lambda what, done, total: progress(Progress(what, report.pages, done, total))


@runtime_checkable
class EncoderOfLanguages(Encoder, Protocol):
    """An encoder that knows which languages it reads."""

    @property
    def english_only(self) -> bool:
        """Whether it was made for English alone."""


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


class _Run:
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
        self.gone_by_digest = {file.digest: file.name for file in gone.values()}
        self.total = 0
        self.done = 0

    def all_files(self, sources: Sequence[FileToIndex]) -> None:
        self.total = sum(source.bytes for source in sources)
        for source in sources:
            try:
                self._at_rest(source)
            except (UnreadableFileError, InvalidInputError, MissingExtraError) as error:
                self.report.failures.append((source.name, str(error)))
            self.done += source.bytes
            self.progress(Progress(source.name, self.report.pages, self.done, self.total))

    def _at_rest(self, source: FileToIndex) -> None:
        """Read a file; again, where it was written to meanwhile."""
        for attempt in range(_ATTEMPTS):
            before = self.report.pages, self.report.tokens, self.report.ocr_pages
            try:
                self._file(source)
            except _ChangedWhileReadError:
                self.report.pages, self.report.tokens, self.report.ocr_pages = before
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def _file(self, source: FileToIndex) -> None:
        stamp = _stamp(source.path)
        content = digest(source.path)
        known = self.writer.known(source.name)
        if known is None and self._moved(source, content):
            return
        if known == content and not self._unread_before(source.name):
            self.report.unchanged.append(source.name)
            return
        failed = self.writer.failure(source.name, content)
        if failed is not None and not self.retry:
            raise UnreadableFileError(failed)
        try:
            with self.opened(source.path) as document:
                draft = self._pages(source, content, document)
            _check_unchanged(source.path, stamp)
            draft.finish()
        except _ChangedWhileReadError:
            raise
        except UnreadableFileError as error:
            self.writer.record_failure(source.name, content, str(error))
            raise
        (self.report.added if known is None else self.report.replaced).append(source.name)
        self.report.bytes += source.bytes

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

    def _pages(self, source: FileToIndex, content: str, document: Document) -> Draft:
        draft = self.writer.stage(
            source.name,
            content,
            document.kind,
            source.bytes,
            {**document.attributes, "source": source.path.resolve().as_uri()},
        )
        ahead: deque[Page] = deque()

        def texts() -> Iterator[str]:
            for page in self._read(source, document, draft):
                ahead.append(page)
                yield page.text

        for vectors in self.encoder.encode(texts()):
            page = ahead.popleft()
            fields = self.page_fields(document, page.number) if self.page_fields else {}
            draft.add(page, vectors.values, vectors.spans, fields)
            self.report.pages += 1
            self.report.tokens += len(vectors)
            self.report.ocr_pages += int(bool(page.attributes.get("ocr")))
            self.report.not_english += self.english_only and is_english(page.text) is False
            part = source.bytes * page.number // document.page_count
            self.progress(Progress(source.name, self.report.pages, self.done + part, self.total))
        return draft

    def _read(self, source: FileToIndex, document: Document, draft: Draft) -> Iterator[Page]:
        for number in range(draft.pages_done + 1, document.page_count + 1):
            try:
                yield document.page(number)
            except UnreadableFileError as error:
                # One bad page must not cost the others: it stays, empty, and is reported.
                self.report.failures.append((f"{source.name}#{number}", str(error)))
                yield Page(number, "", TextLayout.empty(0.0, 0.0), {"unreadable": str(error)})
