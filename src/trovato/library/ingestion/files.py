"""Files in, searchable pages out: one pass that can be stopped and continued at any moment."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from trovato.core import Encoder, InvalidInputError, PathLike, check_many, no_progress
from trovato.data import FileToIndex, Ocr, RedoOcr, Skipped, discover, open_document
from trovato.data.pictures import PICTURE_SUFFIXES
from trovato.index import Collection
from trovato.library.ingestion.file_run import FileRun, PageFields
from trovato.library.ingestion.folder_changes import vanished_files
from trovato.library.ingestion.ingest_report import IngestCallback, IngestReport
from trovato.library.ingestion.writing import kept, told_after


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
    found: Sequence[FileToIndex | Skipped] | None = None,
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
    found
        What `discover` gave for `paths` and `exclude`; None to walk them here.
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
    for one in discover(paths, exclude) if found is None else found:
        if isinstance(one, FileToIndex):
            sources.append(one)
        elif one.unsupported:
            suffix = Path(one.name).suffix.lower()
            report.ignored += 1
            report.ignored_types[suffix] = report.ignored_types.get(suffix, 0) + 1
        else:
            report.failures.append((one.name, one.reason))
            unseen += [one.name] * one.unseen
    if prune and not sources:
        found_instead = "; ".join(f"{name} {reason}" for name, reason in report.failures)
        raise InvalidInputError(
            "pruning removes what is not among the paths any more, and no file was found there "
            f"({found_instead or 'no path was given'}): nothing was removed; check the paths, or "
            "remove files by name"
        )
    with collection.writer(progress=told_after(report, progress)) as writer:
        seen = {source.name for source in sources}
        gone = vanished_files(collection.files(), paths, seen, unseen)
        opened = partial(open_document, ocr=ocr, passwords=tuple(passwords), redo_ocr=redo_ocr)
        run = FileRun(
            writer, encoder, opened, retry and ocr is not None, retry, report, progress, gone
        )
        run.page_fields = page_fields
        with kept(writer):
            run.all_files([file for file in sources if pictures or not _is_picture(file)])
        if prune:
            report.removed = writer.prune(seen, unseen)
        report.vanished = [name for name in run.gone if name not in report.removed]
    report.seconds = time.perf_counter() - started
    return report


def _is_picture(file: FileToIndex) -> bool:
    return file.path.suffix.lower() in PICTURE_SUFFIXES
