"""Texts that are no files, in."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sized
from dataclasses import replace
from hashlib import sha256

from trovato.core import Encoder, InvalidInputError, Item, Location, check_many, no_progress
from trovato.data import typeset
from trovato.index import DEFAULT_FIELD, Collection
from trovato.library.ingestion.ingest_report import IngestCallback, IngestReport, Progress
from trovato.library.ingestion.writing import kept, told_after


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
        Called after every text, and while the collection is put in order at the end.

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
    total = len(items) if isinstance(items, Sized) else 0

    def tell(name: str) -> None:
        done = report.pages + len(report.unchanged)
        progress(Progress(name, report.pages, done, total))

    with collection.writer(progress=told_after(report, progress)) as writer, kept(writer):
        ahead: deque[tuple[Item, str, str | None]] = deque()
        again: set[str] = set()

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
                # A new parent has none yet, so new ids need not be remembered.
                if known == content and item.parent not in again:
                    report.unchanged.append(item.id)
                    tell(item.id)
                else:
                    if known is not None:
                        again.add(item.id)
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
            tell(item.id)
    report.seconds = time.perf_counter() - started
    return report


def _digest_of(item: Item) -> str:
    """Hash of all that is stored of an item; never that of a file."""
    place = (item.location, item.parent, item.order, item.image, item.links)
    content = repr((item.kind, item.text, sorted(item.attributes.items())))
    content += repr(place) * (place != (None, None, 0, None, ()))
    return f"item {sha256(content.encode()).hexdigest()}"
