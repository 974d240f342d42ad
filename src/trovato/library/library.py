"""The whole of "find the page" behind one object."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Literal, get_args
from urllib.parse import unquote_to_bytes, urlsplit

from trovato.core import (
    Encoder,
    Evidence,
    InvalidInputError,
    Item,
    MissingExtraError,
    PathLike,
    Query,
    Ranking,
    StorageError,
    UnreadableFileError,
    check_many,
    no_progress,
    processors,
)
from trovato.core.shapes import CHECKED
from trovato.encode import MiniLMEncoder
from trovato.index import Collection, Listener, SearchProfile, Stats
from trovato.library.ingest_report import IngestReport, ProgressListener
from trovato.retrieve import (
    CollectionRetriever,
    Fusion,
    HybridScorer,
    LateInteractionScorer,
    LexicalScorer,
)

if CHECKED:
    from PIL import Image

    from trovato.data import Ocr, OcrCache
    from trovato.index import Compression, CompressionCandidate, ParetoFrontier

Mode = Literal["hybrid", "late", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)


def cache_folder() -> Path:
    """Where results worth keeping between collections lie: `$XDG_CACHE_HOME/trovato`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trovato"


class Library:
    """A folder of documents made searchable.

    Parameters
    ----------
    path
        Directory of the collection.
    create
        Make the collection if there is none.
    encoder
        Makes token vectors; by default the embedded MiniLM.
    fusion
        How lexical search and late interaction are combined.

    Raises
    ------
    CollectionNotFoundError
        If there is no collection at `path` and `create` is false.
    IncompatibleCollectionError
        If another encoder or a newer version made it.

    Examples
    --------
    >>> library = Library("reports.trovato", create=True)  # doctest: +SKIP
    >>> library.add(["reports/"])  # doctest: +SKIP
    >>> library.search("What did revenue grow by?")[0].item.id  # doctest: +SKIP
    'reports/annual.pdf#12'
    """

    def __init__(
        self,
        path: PathLike,
        *,
        create: bool = False,
        encoder: Encoder | None = None,
        fusion: Fusion = Fusion(),
    ) -> None:
        self.encoder: Encoder = encoder or MiniLMEncoder(threads=processors())
        self.fusion = fusion
        self._ocr_cache: OcrCache | None = None
        folder = Path(path)
        if create and not Collection.exists(folder):
            self.collection = Collection.create(
                folder, fingerprint=self.encoder.fingerprint, dim=self.encoder.dim
            )
        else:
            self.collection = Collection.open(folder, fingerprint=self.encoder.fingerprint)

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the files of the collection and of the cache."""
        self.collection.close()
        if self._ocr_cache is not None:
            self._ocr_cache.close()

    @cached_property
    def ocr(self) -> Ocr | None:
        """The reader of pages without text; None where its package is not installed."""
        from trovato.data import Ocr, OcrCache

        try:
            self._ocr_cache = OcrCache(cache_folder() / "ocr.db")
        except StorageError:
            self._ocr_cache = None  # no place to write, or none for now: read without one
        try:
            return Ocr(cache=self._ocr_cache, threads=processors())
        except MissingExtraError:
            return None

    def add(
        self,
        paths: Iterable[PathLike],
        *,
        ocr: bool = True,
        prune: bool = False,
        retry: bool = False,
        listener: ProgressListener = no_progress,
    ) -> IngestReport:
        """Index files and folders; see `ingest` for what happens to each file.

        Parameters
        ----------
        paths
            Files and folders.
        ocr
            Read pages without a text layer by OCR, where it is installed.
        prune
            Remove files of the collection that are not among `paths` any more; see `ingest`.
        retry
            Read files again that failed before, or that have pages which wanted OCR when it was
            not there, and have not changed since.
        listener
            Called after every page.

        Raises
        ------
        InvalidInputError
            If `paths` is one path: a single folder is added by `add(["folder"])`; or if `prune` is
            set and no file was found.
        """
        from trovato.library.ingestion import ingest

        check_many("paths", paths)
        return ingest(
            self.collection,
            self.encoder,
            paths,
            ocr=self.ocr if ocr else None,
            prune=prune,
            retry=retry,
            listener=listener,
        )

    def add_items(
        self, items: Iterable[Item], *, listener: ProgressListener = no_progress
    ) -> IngestReport:
        """Index texts that are no files, such as a test collection's; see `ingest_items`."""
        from trovato.library.ingestion import ingest_items

        return ingest_items(self.collection, self.encoder, items, listener=listener)

    def retriever(self, mode: Mode = "hybrid", *, exact: bool = False) -> CollectionRetriever:
        """The retriever behind `search`, for an evaluation or an arrangement of one's own.

        Raises
        ------
        InvalidInputError
            If `mode` is unknown.
        """
        reader = self.collection.reader()
        lexical = LexicalScorer(reader)
        late = LateInteractionScorer(reader, self.encoder, processors(), exact=exact)
        match mode:
            case "lexical":
                return CollectionRetriever(reader, self.encoder, lexical)
            case "late":
                return CollectionRetriever(reader, self.encoder, late)
            case "hybrid":
                hybrid = HybridScorer(reader, lexical, late, self.fusion)
                return CollectionRetriever(reader, self.encoder, hybrid)
        raise InvalidInputError(f"mode must be 'hybrid', 'late' or 'lexical', got {mode!r}")

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        where: str = "",
        exact: bool = False,
    ) -> Ranking:
        """Rank the pages that answer a question, each with its evidence.

        Parameters
        ----------
        question
            In words.
        k
            At most so many hits, 1…1000.
        mode
            "hybrid" (default), "late" interaction or "lexical".
        where
            Conditions on attributes, such as `path:reports/* year>=2020`.
        exact
            Score the vectors of every page, however many there are. Without it, the ranking's
            `coverage` says how many were scored, and the recall to expect.

        Raises
        ------
        InvalidInputError
            If the question is blank, or `k`, `mode` or `where` is not understood.
        """
        return self.retriever(mode, exact=exact).retrieve(Query(question, where), k)

    def tune(self, listener: Listener = no_progress) -> ParetoFrontier:
        """Measure what other ways to store and search the collection would cost.

        Parameters
        ----------
        listener
            Told what is being done, how much of it is done, and how much there is.

        Raises
        ------
        InvalidInputError
            If nothing is indexed yet.
        """
        with self.collection.writer(listener=listener) as writer:
            return writer.frontier(threads=processors())

    def compress(self, form: str, listener: Listener = no_progress) -> Compression:
        """Store all token vectors, and those to come, in a form such as `4bit/64d/pool2`.

        Raises
        ------
        InvalidInputError
            If there is no such form, or it is made from pages and none is indexed.
        """
        with self.collection.writer(listener=listener) as writer:
            return writer.compress(form, threads=processors())

    def apply(
        self, option: CompressionCandidate, listener: Listener = no_progress
    ) -> SearchProfile:
        """Store and search in one of the ways that `tune` measured, from now on."""
        with self.collection.writer(listener=listener) as writer:
            return writer.apply(option, threads=processors())

    def explain(self, question: str, item_id: str) -> Evidence:
        """Why an item meets a question, whether or not it was among the hits.

        Raises
        ------
        InvalidInputError
            If there is no such item, or the question is blank.
        """
        row = self.collection.reader().row_of(item_id)
        return self.retriever().explain(Query(question), row)

    def picture(
        self, item_id: str, evidence: Evidence | None = None, *, long_side: int = 1400
    ) -> Image.Image:
        """Draw the page of an item, with the evidence on it.

        Parameters
        ----------
        item_id
            Such as `reports/annual.pdf#12`.
        evidence
            What to draw on it; None for the bare page.
        long_side
            Longer side of the picture, pixels.

        Raises
        ------
        InvalidInputError
            If there is no such item.
        UnreadableFileError
            If the file has been moved or changed since it was indexed, or there never was one.
        """
        from trovato.data import digest, open_document
        from trovato.library.page_image import draw_evidence

        reader = self.collection.reader()
        page = reader.row_of(item_id)
        file = reader.file_of(page)
        source = file.attributes.get("source")
        if source is None:
            raise UnreadableFileError(f"{file.name} is a text that came from no file")
        path = Path(os.fsdecode(unquote_to_bytes(urlsplit(str(source)).path)))
        if not path.exists() or digest(path) != file.digest:
            raise UnreadableFileError(
                f"{path} has been moved or changed since it was indexed: index it again"
            )
        with open_document(path) as document:
            image = document.render(int(item_id.rpartition("#")[2]), long_side)
        if evidence is None:
            return image
        return draw_evidence(image, reader.layout_of(page), evidence)

    def remove(self, names: Iterable[str]) -> list[str]:
        """Remove files by name; gives back the names that were there.

        Raises
        ------
        InvalidInputError
            If `names` is one text: a single file is removed by `remove(["name"])`.
        """
        check_many("names", names)
        with self.collection.writer() as writer:
            return [name for name in names if writer.remove(name)]

    def info(self) -> Stats:
        """Count what the collection holds."""
        return self.collection.stats()
