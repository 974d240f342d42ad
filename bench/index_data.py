"""Data sets of the index benches on disk: vectors, queries, and the exact answer to each query.

Made-up ones come from `index_world.py`. `real` holds what MiniLM makes of the paragraphs of 2Wiki
and of the development documents' pages, with people's questions as queries.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from index_world import CONTEXT, NOISE, WORLDS
from trovato.core import RaggedVectors
from trovato.data import open_document
from trovato.encode import MiniLMEncoder

REAL = "real"
NAMES = [name for name in WORLDS if name != "text500k"] + [REAL]  # the largest is only streamed


@dataclass(frozen=True)
class DataSet:
    """A set on disk; its vectors are read as a stream, or as a whole by who needs that."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def offsets(self) -> np.ndarray:
        return np.asarray(np.load(self.folder / "offsets.npy"))

    @cached_property
    def dim(self) -> int:
        return int(np.load(self.folder / "vectors.npy", mmap_mode="r").shape[1])

    @property
    def tokens(self) -> int:
        return int(self.offsets[-1])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[np.ndarray]:
        """Vectors of each document in float16, of which few are in memory at a time."""
        with (self.folder / "vectors.npy").open("rb") as file:
            np.lib.format.read_magic(file)
            np.lib.format.read_array_header_1_0(file)
            for tokens in np.diff(self.offsets):
                values = np.fromfile(file, np.float16, int(tokens) * self.dim)
                yield values.reshape(int(tokens), self.dim)

    def load(self, dtype: type[np.float16] | type[np.float32] = np.float16) -> RaggedVectors:
        """All vectors in memory."""
        values = np.empty((self.tokens, self.dim), dtype)
        for start, end, vectors in zip(self.offsets, self.offsets[1:], self, strict=False):
            values[start:end] = vectors
        return RaggedVectors(values, self.offsets)

    def queries(self) -> RaggedVectors:
        """The queries in float32."""
        values = np.load(self.folder / "queries.npy")
        return RaggedVectors(values, np.load(self.folder / "query_offsets.npy"))

    def truth(self) -> np.ndarray:
        """The ten best documents of each query by exact float32 MaxSim, best first."""
        return np.asarray(np.load(self.folder / "truth.npy"))


def prepare(name: str, work: Path, queries: int = 100) -> DataSet:
    """The set of this name in the work folder, made when it is not there or was made otherwise."""
    folder = work / "data" / name
    world = WORLDS[name]
    config = json.dumps({**asdict(world), "queries": queries, "noise": [CONTEXT, NOISE], "v": 1})
    if not _is_made(folder, config):
        vectors = (vectors for _, vectors in world.documents())
        write(folder, config, world.lengths(), vectors, world.queries(queries))
    return DataSet(folder)


def prepare_real(work: Path, shared: Path) -> DataSet:
    """Vectors of real texts, made once.

    Raises
    ------
    FileNotFoundError
        If the development data are not in `shared`.
    """
    folder = work / "data" / REAL
    encoder = MiniLMEncoder()
    config = json.dumps({"encoder": encoder.fingerprint, "v": 1})
    if not _is_made(folder, config):
        texts = [*_paragraphs(shared / "multihop"), *_pages(shared / "documents" / "pdf")]
        made = (encoded.values for encoded in encoder.encode(texts))
        documents = [vectors.astype(np.float16) for vectors in made if len(vectors)]
        asked = [encoder.encode_query(text).values for text in _questions(shared)]
        write(folder, config, [len(vectors) for vectors in documents], documents, asked)
    return DataSet(folder)


def _paragraphs(folder: Path) -> Iterator[str]:
    for entry in json.loads((folder / "2wikimultihopqa_corpus.json").read_text("utf-8")):
        yield f"{entry['title']}\n{entry['text']}"


def _pages(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    for path in sorted(folder.glob("*.pdf")):
        with open_document(path) as document:
            for number in range(1, document.page_count + 1):
                yield document.page(number).text


def _questions(shared: Path) -> Iterator[str]:
    lines = (shared / "documents" / "questions.jsonl").read_text("utf-8").splitlines()
    yield from (json.loads(line)["question"] for line in lines if line.strip())
    several = json.loads((shared / "multihop" / "musique_train.json").read_text("utf-8"))
    yield from (entry["question"] for entry in several)


def _is_made(folder: Path, config: str) -> bool:
    made = folder / "recipe.json"
    return made.is_file() and made.read_text() == config


def write(
    folder: Path,
    config: str,
    lengths: Sequence[int] | np.ndarray,
    documents: Iterable[np.ndarray],
    queries: list[np.ndarray],
) -> None:
    """Keep a set with its truth, whole or not at all."""
    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    shape = (int(offsets[-1]), queries[0].shape[1])
    vectors = np.lib.format.open_memmap(making / "vectors.npy", "w+", np.float16, shape)
    for number, document in enumerate(documents):
        vectors[offsets[number] : offsets[number + 1]] = document
    vectors.flush()
    asked = RaggedVectors.stack(queries)
    np.save(making / "offsets.npy", offsets)
    np.save(making / "queries.npy", asked.values)
    np.save(making / "query_offsets.npy", asked.offsets)
    np.save(making / "truth.npy", _best(vectors, offsets, asked))
    (making / "recipe.json").write_text(config)
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def _best(vectors: np.ndarray, offsets: np.ndarray, queries: RaggedVectors) -> np.ndarray:
    """Exact float32 MaxSim of all queries in tiles of documents; the ten best, ties by number."""
    scores = np.empty((len(queries), len(offsets) - 1), np.float32)
    for start in range(0, scores.shape[1], 32):
        edges = offsets[start : start + 33]
        tile = np.asarray(vectors[edges[0] : edges[-1]], np.float32)
        products = queries.values @ tile.T
        best = np.maximum.reduceat(products, edges[:-1] - edges[0], axis=1)
        sums = np.add.reduceat(best, queries.offsets[:-1], axis=0)
        scores[:, start : start + sums.shape[1]] = sums
    return np.argsort(-scores, axis=1, kind="stable")[:, :10].astype(np.int64)
