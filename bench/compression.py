"""What smaller vectors cost: pooling, sign bits and fewer dimensions on the Cranfield abstracts.

python bench/compression.py FOLDER [--documents 1400]

FOLDER holds `cran.all.1400`, `cran.qry` and `QRelsCorrectedforTRECeval`. Each row is compared with
the exact ranking by the encoder's own float32 vectors. Bytes are per token of the text, also where
tokens were pooled. Last comes the CPU time of pooling one page, beside SciPy where it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from trovato.core import RaggedVectors, generator
from trovato.data.datasets.cranfield import read_cranfield_documents, read_cranfield_queries
from trovato.encode import MiniLMEncoder
from trovato.evaluate import evaluate, parse_measure, read_qrels
from trovato.index import VectorFormat
from trovato.index.vectors.projection import Projection
from trovato.index.vectors.transform import shape
from trovato.ops import (
    Int8Vectors,
    ResidualCodec,
    Vectors,
    fit_projection,
    int8_quantize,
    l2_normalize,
    maxsim,
    pack_signs,
    pool_tokens,
    project,
    spherical_kmeans,
    top_k,
    unpack_signs,
)


@dataclass(frozen=True)
class Form:
    """Vectors as they would be stored: what is scored, their bytes, the projection of queries."""

    vectors: Vectors
    offsets: np.ndarray
    bytes: int
    matrix: np.ndarray | None = None
    unit: bool = True  # whether projected queries are brought back to length 1


def floats(items: RaggedVectors) -> Form:
    return Form(items.values, items.offsets, items.values.nbytes)


def int8(items: RaggedVectors, matrix: np.ndarray | None = None) -> Form:
    vectors: Int8Vectors = int8_quantize(items.values)
    return Form(vectors, items.offsets, vectors.codes.nbytes + vectors.scales.nbytes, matrix)


def binary(items: RaggedVectors) -> Form:
    packed = pack_signs(items.values)
    return Form(unpack_signs(packed, items.dim), items.offsets, packed.nbytes)


def pooled(items: RaggedVectors, factor: float | None, error: float | None) -> RaggedVectors:
    parts = (pool_tokens(items[at], factor, error).values for at in range(len(items)))
    return RaggedVectors.stack(list(parts))


def narrow(items: RaggedVectors, matrix: np.ndarray) -> RaggedVectors:
    return RaggedVectors(project(items.values, matrix), items.offsets)


def stored(items: RaggedVectors, text: str, components: np.ndarray) -> Form:
    """As a collection stores them, around 1,024 centroids; queries are not brought to length 1."""
    vector_format, projection = VectorFormat.parse(text), Projection(components)
    shaped = [shape(items[at], vector_format, projection)[0] for at in range(len(items))]
    vectors = Int8Vectors.stack([part for part in shaped if isinstance(part, Int8Vectors)])
    sample = vectors.take(np.sort(generator(0, "sample").choice(len(vectors), 20_000)))
    codec = ResidualCodec.fit(spherical_kmeans(sample, 1024), sample, vector_format.bits)
    coded = codec.encode(vectors)
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in shaped])])
    matrix = (
        None
        if vector_format.dims is None
        else np.ascontiguousarray(components[:, : vector_format.dims])
    )
    return Form(coded, offsets, coded.packed.nbytes + coded.cells.nbytes, matrix, unit=False)


def vector_formats(items: RaggedVectors) -> Iterator[tuple[str, Form]]:
    """Each form with its name, made when it is its turn."""
    yield "float32", floats(items)
    yield "int8", int8(items)
    yield "binary", binary(items)
    for factor in (2.0, 3.0, 4.0):
        yield f"pooled by {factor:.0f}, int8", int8(pooled(items, factor, None))
    for error in (0.05, 0.1, 0.2):
        yield f"pooled to error {error}, int8", int8(pooled(items, None, error))
    components = fit_projection(items.values[:: max(len(items.values) // 20_000, 1)], items.dim)
    for dim in (96, 64, 32):
        kept = np.ascontiguousarray(components[:, :dim])
        yield f"{dim} components, int8", int8(narrow(items, kept), kept)
        cut = np.eye(items.dim, dim, dtype=np.float32)
        yield f"first {dim} of {items.dim}, int8", int8(narrow(items, cut), cut)
    yield "pooled by 2, binary", binary(pooled(items, 2.0, None))
    kept = np.ascontiguousarray(components[:, :64])
    yield "64 components, pooled by 2, int8", int8(pooled(narrow(items, kept), 2.0, None), kept)
    for vector_format in ("4bit", "2bit", "4bit/64d", "4bit/64d/pool2", "2bit/64d/pool2"):
        yield f"{vector_format} in a collection", stored(items, vector_format, components)


def rank(vector_format: Form, query: np.ndarray) -> list[int]:
    if vector_format.matrix is not None:
        query = (
            project(query, vector_format.matrix)
            if vector_format.unit
            else query @ vector_format.matrix
        )
    scores = maxsim(query, vector_format.vectors, vector_format.offsets)
    return [int(at) for at in top_k(scores, range(len(scores)), 100)]


def pooling_times(tokens: int = 770, dim: int = 128) -> None:
    vectors = l2_normalize(generator(0, "pooling").standard_normal((tokens, dim), np.float32))
    runs: dict[str, Callable[[], object]] = {"ours": lambda: pool_tokens(vectors, 3.0)}
    if importlib.util.find_spec("scipy"):
        from scipy.cluster.hierarchy import fcluster, linkage

        upper = np.triu_indices(tokens, 1)

        def peer() -> object:
            distances = np.sqrt(np.maximum(2 - 2 * (vectors @ vectors.T), 0))[upper]
            return fcluster(linkage(distances, "ward"), tokens // 3, "maxclust")

        runs["scipy"] = peer
    for name, run in runs.items():
        took = []
        for _ in range(15):
            start = time.process_time()
            run()
            took.append(time.process_time() - start)
        median = 1e3 * statistics.median(took)
        print(f"pooling {tokens} tokens of {dim}, {name}: {median:.1f} ms of CPU")


def main() -> None:
    """Encode, rank by each form, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=1400)
    arguments = parser.parse_args()
    folder = arguments.folder
    documents = list(
        islice(read_cranfield_documents(folder / "cran.all.1400"), arguments.documents)
    )
    known = {document.id for document in documents}
    truth = {
        query: {item: grade for item, grade in grades.items() if item in known}
        for query, grades in read_qrels(folder / "QRelsCorrectedforTRECeval").items()
    }
    encoder = MiniLMEncoder()
    items = RaggedVectors.stack([v.values for v in encoder.encode(d.text or "" for d in documents)])
    texts = read_cranfield_queries(folder / "cran.qry")
    queries = {name: encoder.encode_query(text).values for name, text in texts.items()}
    tokens = len(items.values)
    print(f"{len(documents)} abstracts, {tokens} tokens, {len(queries)} questions")
    print("form | bytes per token | nDCG@10 | recall@10 of exact | exact top 10 in first 100")
    measure = parse_measure("nDCG@10")
    exact: dict[str, list[int]] = {}
    for name, vector_format in vector_formats(items):
        found = {query: rank(vector_format, vectors) for query, vectors in queries.items()}
        exact = exact or found
        run = {query: [documents[at].id for at in order] for query, order in found.items()}
        quality = evaluate(run, truth, [measure]).overall.estimates[str(measure)]
        shares = [
            np.mean([len({*exact[q][:10]} & {*found[q][:depth]}) / 10 for q in queries])
            for depth in (10, 100)
        ]
        print(
            f"{name} | {vector_format.bytes / tokens:.1f} | {quality} | "
            f"{shares[0]:.3f} | {shares[1]:.3f}",
            flush=True,
        )
    pooling_times()


if __name__ == "__main__":
    main()
