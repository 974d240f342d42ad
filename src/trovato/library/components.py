"""Documents as trees of components brought into a library."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from trovato.core import (
    Encoder,
    InvalidInputError,
    Item,
    ProgressCallback,
    check_many,
    no_progress,
)
from trovato.index import DEFAULT_FIELD, Collection, Writer
from trovato.index.graph import LayeredGraph, Level
from trovato.library.ingestion.ingest_report import IngestReport


def index_components(
    collection: Collection,
    encoder: Encoder,
    items: Iterable[Item],
    *,
    level: Level = "part",
    progress: ProgressCallback = no_progress,
) -> IngestReport:
    """Bring a collection up to date with documents, their components and their links.

    A document appears whole, in place of the one of its id; what has not changed is left alone.
    After an interruption what was published stays. What speaks for a node has vectors: rows, and
    components without rows.

    Parameters
    ----------
    collection
        Where they go.
    encoder
        Makes the token vectors; its fingerprint must be the collection's.
    items
        Read one document at a time: each document, or item by itself, before all of its parts, as
        `trovato.data.components.read_components` gives them.
    level
        How it will be searched: "component" also encodes sentences, which speak for paragraphs
        there; see `trovato.index.graph.LayeredGraph.of`.
    progress
        Called after every document with ("documents", done, 0): how many there are is not known.

    Raises
    ------
    CollectionBusyError
        If another process writes to the collection.
    InvalidInputError
        If an id is taken, or a part does not follow its document; documents before it are kept.
    """
    check_many("items", items)
    started = time.perf_counter()
    report = IngestReport()
    with collection.writer() as writer:
        try:
            for count, tree in enumerate(_trees(items), start=1):
                _index_tree(writer, encoder, tree, level, report)
                progress("documents", count, 0)
        except InvalidInputError:
            writer.flush()
            raise
    report.seconds = time.perf_counter() - started
    return report


def _trees(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Each document with what follows it, up to the next item that is no part."""
    tree: list[Item] = []
    for item in items:
        if item.parent is None and tree:
            yield tree
            tree = []
        if item.parent is not None and not tree:
            raise InvalidInputError(f"the part {item.id!r} must come after its document")
        tree.append(item)
    if tree:
        yield tree


def _index_tree(
    writer: Writer, encoder: Encoder, tree: Sequence[Item], level: Level, report: IngestReport
) -> None:
    root = tree[0]
    content = repr((level, [_content(item) for item in tree]))
    digest = f"tree {sha256(content.encode(errors='surrogatepass')).hexdigest()}"
    known = writer.known(root.id)
    if known == digest:
        report.unchanged.append(root.id)
        return
    graph = LayeredGraph.of(tree, level)
    speaking = {name for children in graph.children for name in children}
    encoded = [item.id in speaking for item in tree]
    size = sum(len(item.text.encode(errors="surrogatepass")) for item in tree)
    draft = writer.stage(root.id, digest, root.kind, size, root.attributes, whole=True)
    vectors = deque(
        encoder.encode([item.text for item, told in zip(tree, encoded, strict=True) if told])
    )
    for item, told in zip(tree, encoded, strict=True):
        if told:
            own = vectors.popleft()
            draft.add_item(item, {DEFAULT_FIELD: own.values}, own.spans)
            report.tokens += len(own)
        else:
            draft.add_item(item)
    draft.finish()
    (report.added if known is None else report.replaced).append(root.id)
    report.pages += len(tree)
    report.bytes += size


def _content(item: Item) -> tuple[object, ...]:
    """All that is stored of an item."""
    return (
        item.id,
        item.kind,
        item.text,
        item.location,
        sorted(item.attributes.items()),
        item.parent,
        item.order,
        item.image,
        item.links,
    )
