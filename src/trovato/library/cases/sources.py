"""Typed, dated sources put into a library."""

from __future__ import annotations

from datetime import date

from trovato.core import PathLike, no_progress
from trovato.data.legal import SourceType, read_source
from trovato.library.ingestion.ingest_report import IngestCallback, IngestReport
from trovato.library.library import Library


def add_sources(
    library: Library,
    name: str,
    path: PathLike,
    type: SourceType,  # noqa: A002 (the word of the command line)
    *,
    jurisdiction: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    progress: IngestCallback = no_progress,
) -> IngestReport:
    """Read a source and index each of its articles, in each version, as an item.

    Run it again after an interruption: what is there already is skipped.

    Parameters
    ----------
    library
        Where they go.
    name, path, type, jurisdiction, valid_from, valid_to
        As `trovato.data.legal.read_source` takes them.
    progress
        Called after every item.

    Raises
    ------
    InvalidInputError, UnreadableFileError
        As `read_source`.
    """
    found = read_source(
        name, path, type, jurisdiction=jurisdiction, valid_from=valid_from, valid_to=valid_to
    )
    return library.add_items((one.item() for one in found), progress=progress)
