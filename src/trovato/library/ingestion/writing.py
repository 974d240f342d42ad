"""What every run of a writer does: keep what was read, and tell of its own work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from trovato.core import InvalidInputError, ProgressCallback
from trovato.index import Writer
from trovato.library.ingestion.ingest_report import IngestCallback, IngestReport, Progress


@contextmanager
def kept(writer: Writer) -> Iterator[None]:
    """Keep what was read when reading is cut short: the next run goes on after it."""
    try:
        yield
    except BaseException:
        with suppress(InvalidInputError):  # the writer itself has failed
            writer.flush()
        raise


def told_after(report: IngestReport, progress: IngestCallback) -> ProgressCallback:
    """Tells a callback of the work that comes when all pages are there."""
    return lambda what, done, total: progress(Progress(what, report.pages, done, total))
