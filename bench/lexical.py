"""Search by words: SQLite FTS5 as `trovato.index` uses it, beside bm25s and tantivy.

    python bench/lexical.py CRANFIELD [--texts 100000]

CRANFIELD holds `cran.all.1400`, `cran.qry` and `QRelsCorrectedforTRECeval`. Quality is measured
there, speed and size on made-up texts with words as frequent as Zipf's law has it. Times are CPU
time of one thread. bm25s (with PyStemmer) and tantivy are measured where they are installed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Item, Page, TextLayout, generator
from trovato.data.datasets.cranfield import read_cranfield_documents, read_cranfield_queries
from trovato.evaluate import parse_measure
from trovato.index import LEXICAL_WEIGHTS, Collection
from trovato.index.store.words.full_text import match_expression
from trovato.ops import Int8Vectors

_DEPTH = 100
_NOTHING = Int8Vectors(np.zeros((0, 1), np.int8), np.zeros(0, np.float32))
_NO_SPANS = np.zeros((0, 2), np.int32)

Search = Callable[[str, int], Sequence[str]]
Engine = Callable[[Sequence[Item], Path], Search]


def trovato(weights: tuple[float, float, float]) -> Engine:
    """The collection of this package; its directory also holds the text and layout of each page."""

    def build(items: Sequence[Item], folder: Path) -> Search:
        collection = Collection.create(folder / "made", fingerprint="none", dim=1)
        with collection.writer() as writer:
            for item in items:
                draft = writer.stage(item.id, "", "text", 0, item.attributes, whole=True)
                page = Page(1, item.text, TextLayout.empty(1.0, 1.0))
                draft.add(page, _NOTHING, _NO_SPANS)
                draft.finish()
        reader = collection.reader()

        def search(question: str, k: int) -> Sequence[str]:
            found = reader.search_lexical(question, k, weights=weights)
            ids = reader.ids_of(row for row, _ in found)
            return [ids[row] for row, _ in found]

        return search

    return build


def bare_fts5(tokeniser: str, *, stop_words: bool) -> Engine:
    """FTS5 without anything around it, to see what stemming and stop words do."""

    def build(items: Sequence[Item], folder: Path) -> Search:
        connection = sqlite3.connect(folder / "bare.db")
        connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(text, tokenize='{tokeniser}')")
        connection.executemany("INSERT INTO words VALUES (?)", [(item.text,) for item in items])
        connection.commit()

        def search(question: str, k: int) -> Sequence[str]:
            words = "".join(sign if sign.isalnum() else " " for sign in question).split()
            every = " OR ".join(f'"{word}"' for word in words)
            expression = match_expression(question) if stop_words else every
            rows = connection.execute(
                "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", [expression, k]
            )
            return [items[row - 1].id for (row,) in rows]

        return search

    return build


def bm25s(items: Sequence[Item], folder: Path) -> Search:
    """In memory; saved once to see its size, as it can neither add nor remove."""
    library: Any = importlib.import_module("bm25s")
    stemmer = importlib.import_module("Stemmer").Stemmer("english")
    texts = [item.text for item in items]
    index = library.BM25()
    tokens = library.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)
    index.index(tokens, show_progress=False)
    index.save(str(folder / "bm25s"))

    def search(question: str, k: int) -> Sequence[str]:
        asked = library.tokenize(question, stopwords="en", stemmer=stemmer, show_progress=False)
        rows, scores = index.retrieve(asked, k=min(k, len(items)), show_progress=False, n_threads=1)
        return [items[row].id for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    return search


def tantivy(items: Sequence[Item], folder: Path) -> Search:
    """On disk, one thread; any of the words, stemmed."""
    library: Any = importlib.import_module("tantivy")
    schema = library.SchemaBuilder()
    schema.add_text_field("text", stored=False, tokenizer_name="en_stem")
    schema.add_integer_field("row", stored=True)
    (folder / "tantivy").mkdir()
    index = library.Index(schema.build(), path=str(folder / "tantivy"))
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for row, item in enumerate(items):
        writer.add_document(library.Document(text=item.text, row=row))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(question: str, k: int) -> Sequence[str]:
        query = index.parse_query(match_expression(question), ["text"])
        hits = searcher.search(query, k).hits
        return [items[searcher.doc(place)["row"][0]].id for _, place in hits]

    return search


def read_grades(path: Path) -> dict[str, dict[str, int]]:
    """Judgements by query, as 1 and 0: some grades in the file are not ordered by relevance."""
    grades: dict[str, dict[str, int]] = {}
    for line in path.read_text().splitlines():
        query, _, document, grade = line.split()
        grades.setdefault(query, {})[document] = int(int(grade) > 0)
    return grades


def made_up(count: int) -> tuple[list[Item], list[str]]:
    """Texts of 50–350 words, and 200 questions of 4–12 words from one text each.

    The 100 most frequent words, which stand for stop words, are in no question.
    """
    random = generator(0, "bench/lexical")
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    vocabulary = np.array(
        ["".join(random.choice(letters, random.integers(3, 11))) for _ in range(100_000)]
    )
    frequency = 1 / np.arange(1, len(vocabulary) + 1)
    cumulated = np.cumsum(frequency / frequency.sum())

    def words(size: int) -> list[str]:
        return list(vocabulary[np.searchsorted(cumulated, random.random(size))])

    items = [
        Item(f"{row}.txt", "text", " ".join(words(int(random.integers(50, 351)))))
        for row in range(count)
    ]
    questions, common = [], set(vocabulary[:100])
    for row in random.integers(0, count, 200):
        held = [word for word in items[row].text.split() if word not in common]
        questions.append(" ".join(random.choice(held, int(random.integers(4, 13)))))
    return items, questions


def quality(items: Sequence[Item], folder: Path, engines: Mapping[str, Engine]) -> Iterator[str]:
    """One line per engine: nDCG@10 and recall of the best 100."""
    queries = read_cranfield_queries(folder / "cran.qry")
    grades = read_grades(folder / "QRelsCorrectedforTRECeval")
    measures = [parse_measure("nDCG@10"), parse_measure("R@100")]
    for name, engine in engines.items():
        with tempfile.TemporaryDirectory() as place:
            search = engine(items, Path(place))
            run = {query: search(queries[query], _DEPTH) for query in grades}
            values = [
                np.mean([measure(run[query], grades[query]) for query in grades])
                for measure in measures
            ]
        yield f"{name:44} " + " ".join(f"{value:8.4f}" for value in values)


def speed(
    items: Sequence[Item], questions: Sequence[str], engines: Mapping[str, Engine]
) -> Iterator[str]:
    """One line per engine: CPU seconds to build, MB on disk, CPU ms per question."""
    for name, engine in engines.items():
        with tempfile.TemporaryDirectory() as place:
            began = time.process_time()
            search = engine(items, Path(place))
            built = time.process_time() - began
            size = sum(file.stat().st_size for file in Path(place).rglob("*") if file.is_file())
            times = []
            for question in questions:
                began = time.process_time()
                search(question, 10)
                times.append(1e3 * (time.process_time() - began))
        p50, p95 = np.percentile(times, [50, 95])
        yield f"{name:44} {built:8.1f} {size / 1e6:8.1f} {p50:8.2f} {p95:8.2f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("cranfield", type=Path)
    parser.add_argument("--texts", type=int, default=100_000)
    options = parser.parse_args()
    peers: dict[str, Engine] = {}
    if importlib.util.find_spec("bm25s") and importlib.util.find_spec("Stemmer"):
        peers["bm25s (Lucene's BM25, stemmed)"] = bm25s
    if importlib.util.find_spec("tantivy"):
        peers["tantivy (stemmed)"] = tantivy
    weights = [(1.0, context, 1.0) for context in (0.0, 0.25, 0.5, 1.0, 2.0)]
    documents = list(read_cranfield_documents(options.cranfield / "cran.all.1400"))
    print(f"{'Cranfield':44} {'nDCG@10':>8} {'R@100':>8}")
    for line in quality(
        documents,
        options.cranfield,
        {
            **{f"trovato, weights {pair}": trovato(pair) for pair in weights},
            "FTS5, porter, stop words dropped": bare_fts5("porter unicode61", stop_words=True),
            "FTS5, porter": bare_fts5("porter unicode61", stop_words=False),
            "FTS5, no stemming, stop words dropped": bare_fts5("unicode61", stop_words=True),
            "FTS5, no stemming": bare_fts5("unicode61", stop_words=False),
            **peers,
        },
    ):
        print(line, flush=True)
    heading = " ".join(f"{column:>8}" for column in ("build s", "MB", "p50 ms", "p95 ms"))
    print(f"\n{f'{options.texts:,} made-up texts':44} {heading}")
    items, questions = made_up(options.texts)
    for line in speed(items, questions, {"trovato": trovato(LEXICAL_WEIGHTS), **peers}):
        print(line, flush=True)


if __name__ == "__main__":
    main()
