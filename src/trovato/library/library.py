"""The whole of "find the page" behind one object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from trovato.core import (
    Answer,
    Closing,
    Encoder,
    Evidence,
    InvalidInputError,
    Item,
    LanguageModel,
    Measure,
    MissingExtraError,
    PathLike,
    ProgressCallback,
    StorageError,
    check_many,
    no_progress,
    processors,
)
from trovato.core.shapes import CHECKED
from trovato.core.system.cache_folder import cache_folder
from trovato.encode import DEFAULT_ENCODER, load_encoder
from trovato.index import Collection
from trovato.library.ingestion.ingest_report import IngestCallback, IngestReport
from trovato.library.maintenance import MaintainedCollection
from trovato.library.searching import AskMode, Mode, SearchableCollection
from trovato.retrieve import Fusion

if CHECKED:
    from PIL import Image

    from trovato.data import FileToIndex, Ocr, OcrCache, RedoOcr, Skipped
    from trovato.data.datasets.questions import QuestionSet
    from trovato.encode.late_interaction import PageImageEncoder
    from trovato.evaluate import Report


class Library(SearchableCollection, MaintainedCollection, Closing):
    """A folder of documents made searchable.

    It is a container of its items: `len(library)`, `"reports/annual.pdf#12" in library`, and
    `for item in library` in the order they came.

    Parameters
    ----------
    path
        The directory of the library.
    create
        Make an empty one there if there is none.
    encoder
        Makes token vectors, or the name of what does, one of `trovato.encode.ENCODERS`: the same as
        when the library was made. By default the one that the library names, and for a new one the
        embedded MiniLM.
    fusion
        How lexical search and late interaction are combined.

    Raises
    ------
    CollectionNotFoundError
        If there is none, and none is to be made.
    IncompatibleCollectionError
        If another encoder or a newer version made it.

    Examples
    --------
    >>> library = Library.create("reports.trovato")  # doctest: +SKIP
    >>> library.add(["reports/"])  # doctest: +SKIP
    >>> library.search("What did revenue grow by?")[0].item.id  # doctest: +SKIP
    'reports/annual.pdf#12'
    """

    def __init__(
        self,
        path: PathLike,
        *,
        create: bool = False,
        encoder: Encoder | str | None = None,
        fusion: Fusion = Fusion(),
    ) -> None:
        self.fusion = fusion
        self._ocr_cache: OcrCache | None = None
        makes = create and not Collection.exists(path)
        if encoder is None:
            kept = None if makes else Collection.open(path).encoder_name
            encoder = kept or DEFAULT_ENCODER
        name = encoder if isinstance(encoder, str) else None
        self.encoder = load_encoder(encoder, processors()) if isinstance(encoder, str) else encoder
        made_by = self.encoder.fingerprint
        if makes:
            self.collection = Collection.create(
                path, fingerprint=made_by, dim=self.encoder.dim, encoder_name=name
            )
        else:
            self.collection = Collection.open(path, fingerprint=made_by, encoder_name=name)

    @classmethod
    def create(
        cls,
        path: PathLike,
        *,
        encoder: Encoder | str | None = None,
        fusion: Fusion = Fusion(),
        exist_ok: bool = False,
    ) -> Library:
        """Make an empty library; with `exist_ok`, open the one that is there already.

        Raises
        ------
        InvalidInputError
            If there is something at `path`.
        """
        if not exist_ok and Collection.exists(path):
            raise InvalidInputError(
                f"{path} is a collection already: open it, or name another directory"
            )
        return cls(path, create=True, encoder=encoder, fusion=fusion)

    @classmethod
    def open(
        cls, path: PathLike, *, encoder: Encoder | str | None = None, fusion: Fusion = Fusion()
    ) -> Library:
        """Open the library at `path`."""
        return cls(path, encoder=encoder, fusion=fusion)

    def __len__(self) -> int:
        return self.info().pages

    def __contains__(self, item_id: object) -> bool:
        with self.collection.reader() as reader:
            return isinstance(item_id, str) and reader.has(item_id)

    def __iter__(self) -> Iterator[Item]:
        with self.collection.reader() as reader:
            for row in reader.rows():
                yield reader.item(row)

    def get(self, item_id: str) -> Item:
        """The item of that id.

        Raises
        ------
        InvalidInputError
            If there is none.
        """
        with self.collection.reader() as reader:
            return reader.item(reader.row_of(item_id))

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
        pictures: bool = True,
        prune: bool = False,
        retry: bool = False,
        exclude: Iterable[str] = (),
        passwords: Iterable[str] = (),
        page_images: PageImageEncoder | None = None,
        redo_ocr: RedoOcr = "auto",
        found: Sequence[FileToIndex | Skipped] | None = None,
        progress: IngestCallback = no_progress,
    ) -> IngestReport:
        """Index files and folders; see `ingest` for what happens to each file.

        Parameters
        ----------
        paths
            Files and folders.
        ocr
            Read pages without a text layer by OCR, where it is installed.
        pictures
            Read pictures as pages; else they are left to `trovato.library.index_pictures`.
        prune
            Remove files of the collection that are not among `paths` any more; see `ingest`.
        retry
            Read files again that failed before, or that have pages which wanted OCR when it was
            not there, and have not changed since.
        exclude
            Patterns of what to pass over, as in a `.gitignore`, such as `drafts/`; a folder's
            `.trovatoignore` may hold more.
        passwords
            Tried on PDFs that are encrypted. They are not kept, so pages of such files have no
            pictures.
        page_images
            Makes vectors of page images, in a field of their own beside those of the text; see
            `trovato.library.search_page_images`.
        redo_ocr
            Which pages of a PDF are read by OCR though they have a text layer: "auto" for those
            whose letters are of no language, "always" also for all that are pictures, "never" for
            none. It goes for files that are read now.
        found
            What `trovato.data.discover` gave for `paths` and `exclude`; None to walk them here.
        progress
            Called after every page.

        Raises
        ------
        InvalidInputError
            If `paths` is one path: a single folder is added by `add(["folder"])`; or if `prune` is
            set and no file was found.
        """
        from trovato.library.ingestion.files import ingest

        check_many("paths", paths)
        page_fields = None
        if page_images is not None:
            from trovato.library.page_images.indexing import index_page_images, page_image_fields

            index_page_images(self.collection, page_images)
            page_fields = page_image_fields(page_images)
        return ingest(
            self.collection,
            self.encoder,
            paths,
            ocr=self.ocr if ocr else None,
            pictures=pictures,
            prune=prune,
            retry=retry,
            exclude=exclude,
            passwords=passwords,
            page_fields=page_fields,
            redo_ocr=redo_ocr,
            found=found,
            progress=progress,
        )

    def add_items(
        self, items: Iterable[Item], *, progress: IngestCallback = no_progress
    ) -> IngestReport:
        """Index texts that are no files, such as a test collection's; each keeps its id.

        Raises
        ------
        InvalidInputError
            If an id is a file's name or a page's id; see `ingest_items`.

        Examples
        --------
        >>> library.add_items([Item("42", "note", "The harbour opened.")])  # doctest: +SKIP
        >>> library.get("42").text  # doctest: +SKIP
        'The harbour opened.'
        """
        from trovato.library.ingestion.items import ingest_items

        return ingest_items(self.collection, self.encoder, items, progress=progress)

    def ask(
        self,
        question: str,
        *,
        answerer: str = "none",
        model: LanguageModel | None = None,
        k: int = 5,
        mode: AskMode = "hybrid",
        filter: str = "",
        explain: bool = False,
    ) -> Answer:
        """Answer a question from the pages that are found for it.

        Parameters
        ----------
        question
            In words.
        answerer
            How the pages are read: "none" for plainly, or a guard against poisoned pages such as
            "ragdefender+vote"; see `trovato.generate.answerer`.
        model
            What writes the answer; None for the sentence that meets the question best.
        k, mode, filter
            How many pages are read, and how they are found; see `search`. "hops" reads what lies
            on the paths along links, see `multi_hop_retriever`, and the answer tells the paths.
        explain
            Also tell what each page alone would answer.

        Raises
        ------
        InvalidInputError
            If the question is blank, the answerer is unknown or needs what the model cannot do, or
            `k`, `mode` or `filter` is not understood.
        """
        from trovato.library.answerer_factory import build_answerer

        system = build_answerer(self, model, guard=answerer, k=k, mode=mode)
        return system.ask(question, filter=filter, explain=explain)

    def evaluate(
        self,
        questions: QuestionSet | PathLike,
        measures: Sequence[Measure | str] = ("nDCG@5", "R@5", "RR@10"),
        *,
        mode: Mode = "hybrid",
        progress: ProgressCallback = no_progress,
    ) -> Report:
        """Measure how well questions are answered whose pages are known.

        Parameters
        ----------
        questions
            With the ids of the pages, files or items that answer them; or the path of a file of
            them, see `trovato.library.read_question_set`.
        measures
            Measures, or their names.
        mode
            As in `search`.
        progress
            Called with the number of questions done.

        Raises
        ------
        InvalidInputError
            If `measures` is one name, a name or `mode` is unknown, or nothing that is judged
            relevant is in the library.
        UnreadableFileError
            If the file cannot be read.
        """
        from trovato.data.datasets.questions import QuestionSet
        from trovato.evaluate import parse_measure
        from trovato.library.evaluate import evaluate_questions
        from trovato.library.judgements import judged_against, read_question_set

        check_many("measures", measures)
        if not isinstance(questions, QuestionSet):
            questions = read_question_set(questions)
        return evaluate_questions(
            self.retriever(mode),
            judged_against(questions, self.collection.files()),
            [parse_measure(one) if isinstance(one, str) else one for one in measures],
            progress=progress,
        )

    def picture(
        self, item_id: str, evidence: Evidence | None = None, *, long_side: int = 1400
    ) -> Image.Image:
        """Draw the page of an item, with the evidence on it.

        Parameters
        ----------
        item_id
            Such as `reports/annual.pdf#12`.
        evidence
            What to draw on it; only that of a page is drawn. None for the bare page.
        long_side
            Longer side of the picture, pixels.

        Raises
        ------
        InvalidInputError
            If there is no such item.
        UnreadableFileError
            If the file has been moved or changed since it was indexed, or there never was one.
        """
        from trovato.library.page_image import page_image

        with self.collection.reader() as reader:
            return page_image(reader, item_id, evidence, long_side)

    def remove(self, names: Iterable[str]) -> list[str]:
        """Remove files by name, and items by the id they came with; gives back what was there.

        Raises
        ------
        InvalidInputError
            If `names` is one text: a single file is removed by `remove(["name"])`.
        """
        check_many("names", names)
        with self.collection.writer() as writer:
            return [name for name in names if writer.remove(name)]
