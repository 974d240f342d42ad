"""The laws of a store: what is written, replaced and removed is what is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trovato.core import Attribute, Page, TextLayout, generator
from trovato.core.shapes import Float32, Int32
from trovato.index import Collection, Draft, Reader, Writer
from trovato.ops import Int8Vectors, int8_quantize

_VOCABULARY = [
    f"{first}{last}" for first in ("bo", "ka", "mi", "tu") for last in ("ra", "len", "x")
]


@dataclass(frozen=True, slots=True, eq=False)
class MadePage:
    """A page of a made-up file, with its vectors and their spans."""

    page: Page
    vectors: Int8Vectors
    spans: Int32[np.ndarray, "tokens 2"]


@dataclass(frozen=True, slots=True, eq=False)
class MadeFile:
    """A made-up file: the same name, version and size always give the same pages.

    Every third page has no words and no vectors, as a page of pictures would.
    """

    name: str
    version: int
    pages: Sequence[MadePage]

    @property
    def digest(self) -> str:
        """Differs between versions."""
        return f"{self.name}@{self.version}"

    @property
    def attributes(self) -> dict[str, Attribute]:
        """A title and a year."""
        return {"title": f"Tale of {self.name}", "year": 2000 + self.version}

    def write(self, writer: Writer) -> None:
        """Stage the pages that are not there yet, and publish the file."""
        draft = self.stage(writer)
        for made in self.pages[draft.pages_done :]:
            draft.add(made.page, made.vectors, made.spans)
        draft.finish()

    def stage(self, writer: Writer) -> Draft:
        """Start the file, or go on with it."""
        return writer.stage(self.name, self.digest, "made", len(self.pages), self.attributes)


def make_file(name: str, version: int, pages: int, dim: int) -> MadeFile:
    """Make up a file with a few words and vectors per page.

    Parameters
    ----------
    name, version
        What its content depends on.
    pages
        How many pages it has.
    dim
        Components of its vectors.
    """
    random = generator(version, f"make_file {name}")
    made = []
    for number in range(1, pages + 1):
        tokens = 0 if number % 3 == 0 else int(random.integers(1, 9))
        words = [str(word) for word in random.choice(_VOCABULARY, tokens)]
        ends = np.cumsum([len(word) + 1 for word in words], dtype=np.int32)
        spans = np.zeros((tokens, 2), np.int32)
        if tokens:
            spans[:, 1] = ends - 1
            spans[1:, 0] = ends[:-1]
        boxes = np.sort(random.random((tokens, 4), np.float32) * 100, axis=1)
        layout = TextLayout(100.0, 100.0, spans, boxes)
        page = Page(number, " ".join(words), layout, {"drawn": int(random.integers(2))})
        made.append(MadePage(page, int8_quantize(unit_vectors(random, tokens, dim)), spans))
    return MadeFile(name, version, made)


def unit_vectors(
    random: np.random.Generator, count: int, dim: int
) -> Float32[np.ndarray, "count dim"]:
    """Random vectors of length 1."""
    values = random.standard_normal((count, dim), np.float32)
    lengths = np.linalg.norm(values, axis=1, keepdims=True).astype(np.float32)
    unit: Float32[np.ndarray, "count dim"] = values / lengths
    return unit


def contents(reader: Reader) -> dict[str, object]:
    """All that can be read of a collection, without row numbers: equal for equal collections."""
    held: dict[str, object] = {
        "files": {
            file.name: (
                file.digest,
                file.kind,
                file.bytes,
                file.pages,
                file.tokens,
                dict(file.attributes),
            )
            for file in reader.files()
        },
        "failures": [
            (failure.name, failure.digest, failure.reason) for failure in reader.failures()
        ],
    }
    for file in reader.files():
        for number in range(1, file.pages + 1):
            row = reader.row_of(f"{file.name}#{number}")
            item, layout, vectors = reader.item(row), reader.layout_of(row), reader.vectors_of(row)
            held[item.id] = (
                item.kind,
                item.text,
                dict(item.attributes),
                (layout.width, layout.height, layout.spans.tobytes(), layout.boxes.tobytes()),
                None if (spans := reader.token_spans_of(row)) is None else spans.tobytes(),
                vectors.tobytes(),
                reader.token_vectors_of(row).values.tobytes(),
            )
    for word in _VOCABULARY:
        found = reader.search_lexical(word, 1_000_000)
        ids = reader.ids_of(row for row, _ in found)
        held[f"word {word}"] = [(ids[row], score) for row, score in found]
    return held


def expected_contents(files: Sequence[MadeFile]) -> dict[str, object]:
    """What `contents` must say of the pages of these files, by item id."""
    return {
        f"{file.name}#{made.page.number}": (
            "made",
            made.page.text,
            {**file.attributes, **made.page.attributes},
            (
                made.page.layout.width,
                made.page.layout.height,
                made.page.layout.spans.tobytes(),
                made.page.layout.boxes.tobytes(),
            ),
            made.spans.tobytes(),
            made.vectors.dequantise().tobytes(),
            made.vectors.dequantise().tobytes(),
        )
        for file in files
        for made in file.pages
    }


def check_holds(reader: Reader, files: Sequence[MadeFile]) -> None:
    """Checks that a collection holds exactly these files, whole, and that words find their pages.

    Raises
    ------
    AssertionError
        If it does not.
    """
    held, wanted = contents(reader), expected_contents(files)
    names = [file.name for file in reader.files()]
    assert names == sorted(file.name for file in files), f"wrong files: {names}"
    for item, content in wanted.items():
        assert held.get(item) == content, f"{item} is not what was written: {held.get(item)}"
    for word in _VOCABULARY:
        found = {item for item, _ in held[f"word {word}"]}  # type: ignore[attr-defined]
        filter = {
            f"{file.name}#{made.page.number}"
            for file in files
            for made in file.pages
            if word in made.page.text.split()
        }
        assert found == filter, (
            f"the word {word!r} finds {sorted(found)}, stands on {sorted(filter)}"
        )


def check_store(create: Callable[[], Collection]) -> None:
    """Checks a store by writing to it.

    Laws: a file is seen whole when it is committed, and no page of it before; a file of the same
    name takes the other's place; a removed one is gone; what was interrupted goes on where it
    stopped; a failed reader of a file leaves what was published; a view stays as it was; compaction
    changes nothing that can be seen, neither before nor after the collection is opened again.

    Parameters
    ----------
    create
        Makes an empty collection, a new one at each call.

    Raises
    ------
    AssertionError
        If a law is broken.
    """
    _check_visibility(create())
    _check_changes(create())
    _check_resumption(create())
    _check_compaction(create())


def _check_visibility(collection: Collection) -> None:
    first, second = (make_file(name, 0, 4, collection.dim) for name in ("a/1.pdf", "b.pdf"))
    with collection.writer() as writer:
        first.write(writer)
        writer.flush()
        with collection.reader() as before:
            second.write(writer)
            with collection.reader() as reader:
                check_holds(reader, [first])
            writer.flush()
            check_holds(before, [first])
        with collection.reader() as after:
            check_holds(after, [first, second])


def _check_changes(collection: Collection) -> None:
    files = [make_file(f"{number}.pdf", 0, 5, collection.dim) for number in range(4)]
    changed = make_file("1.pdf", 1, 3, collection.dim)
    with collection.writer() as writer:
        for file in files:
            file.write(writer)
        assert writer.known("1.pdf") == files[1].digest, "a finished file is not known"
        writer.record_failure("1.pdf", "other", "torn")
        assert writer.failure("1.pdf", "other") == "torn", "a failure is not remembered"
        assert writer.failure("1.pdf", "new") is None, "a failure is remembered for other content"
    with collection.writer() as writer:
        changed.write(writer)
        assert writer.failure("1.pdf", "other") is None, "a published file is still a failure"
        assert writer.remove("2.pdf"), "removing a published file must say so"
        assert not writer.remove("2.pdf"), "removing an absent file must say so"
    with collection.reader() as reader:
        check_holds(reader, [files[0], changed, files[3]])
    with collection.writer() as writer:
        assert writer.prune({"1.pdf", "9.pdf"}) == ["0.pdf", "3.pdf"], "prune names what went"
    with collection.reader() as reader:
        check_holds(reader, [changed])


def _check_resumption(collection: Collection) -> None:
    old, new = (make_file("long.pdf", version, 9, collection.dim) for version in (0, 1))
    with collection.writer() as writer:
        old.write(writer)
    with collection.writer() as writer:
        draft = new.stage(writer)
        for made in new.pages[:4]:
            draft.add(made.page, made.vectors, made.spans)
    with collection.reader() as reader:
        check_holds(reader, [old])
    with collection.writer() as writer:
        draft = new.stage(writer)
        assert draft.pages_done == 4, f"4 pages were kept, the draft says {draft.pages_done}"
        new.write(writer)
    with collection.reader() as reader:
        check_holds(reader, [new])


def _check_compaction(collection: Collection) -> None:
    query = unit_vectors(generator(0, "check_store"), 3, collection.dim)

    def seen(view: Collection) -> dict[str, object]:
        with view.reader() as reader:
            hits = reader.search_vectors(query, 1000).best
            ids = reader.ids_of(row for row, _ in hits)
            return {**contents(reader), "vectors": [(ids[row], score) for row, score in hits]}

    half = make_file("half.pdf", 0, 6, collection.dim)
    with collection.writer(max_tokens=1) as writer:
        for number in range(9):
            make_file(f"{number}.pdf", 0, 5, collection.dim).write(writer)
        make_file("4.pdf", 1, 3, collection.dim).write(writer)
        draft = half.stage(writer)
        for made in half.pages[:3]:
            draft.add(made.page, made.vectors, made.spans)
        for number in (0, 1, 5, 7):
            writer.remove(f"{number}.pdf")
        writer.flush()
        before = seen(collection)
        with collection.reader() as view:
            held = contents(view)
            assert writer.compact().merged > 1, "there were segments to merge"
            assert contents(view) == held, "a view changed when segments were merged"
        assert seen(collection) == before, "compaction changed what is read"
        assert writer.compact().merged == 0, "a second compaction found something to do"
        assert half.stage(writer).pages_done == 3, "compaction lost pages of a draft"
        half.write(writer)
        writer.remove("half.pdf")
    assert seen(Collection.open(collection.path)) == before, "a file that came and went is seen"
