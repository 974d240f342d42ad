"""Speed of encoders of one's own, and of the index on vectors of page images.

    python bench/encoders.py encode FOLDER PARAGRAPHS.json [--texts 120]
    python bench/encoders.py pages [--pages 500]

FOLDER is a text model that sentence-transformers loads too (`trovato train encoder`, or
`bench/own_encoder.py base`); PARAGRAPHS.json a list of `{"title", "text"}`. All run in turns, on
one thread, in one process; times are of the processor. `pages` draws vectors in the shape of a
page image (770 × 128), puts them into a vector field, and asks with 25 vectors.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Item, generator
from trovato.encode.late_interaction import ColBERTEncoder, OnnxTextEncoder, export_text_encoder
from trovato.index import Collection, VectorField, VectorFormat
from trovato.library import Library
from trovato.ops import l2_normalize

TOKENS, DIM, ASKED = 770, 128, 25


def seconds(work: Callable[[], Any]) -> float:
    """Of the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


def encode(folder: Path, paragraphs: Path, count: int, rounds: int) -> None:
    import torch
    from sentence_transformers import MultiVectorEncoder

    torch.set_num_threads(1)
    texts = [one["text"] for one in json.loads(paragraphs.read_text("utf-8"))[:count]]
    with tempfile.TemporaryDirectory() as place:
        exact = OnnxTextEncoder(export_text_encoder(folder, f"{place}/fp32", int8=False), 1)
        rounded = OnnxTextEncoder(export_text_encoder(folder, f"{place}/int8"), 1)
        peer = MultiVectorEncoder(str(folder), device="cpu", local_files_only=True)
        ours = ColBERTEncoder(folder)
        runs: dict[str, Callable[[], Any]] = {
            "sentence-transformers, batch 32": lambda: peer.encode_document(texts, batch_size=32),
            "trovato, torch": lambda: list(ours.encode(texts)),
            "trovato, ONNX fp32": lambda: list(exact.encode(texts)),
            "trovato, ONNX int8": lambda: list(rounded.encode(texts)),
        }
        for work in runs.values():
            work()
        spent: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, work in runs.items():
                spent[name].append(seconds(work))
        tokens = sum(map(len, exact.encode(texts)))
        near = [
            float((one.values * other.values).sum(axis=1).mean())
            for one, other in zip(exact.encode(texts), rounded.encode(texts), strict=True)
        ]
    first = statistics.median(spent["sentence-transformers, batch 32"])
    print(f"{len(texts)} texts, {tokens} tokens; cosine of int8 to fp32 {np.mean(near):.4f}")
    for name, found in spent.items():
        took = statistics.median(found)
        print(f"{name:34s} {tokens / took:8.0f} tokens per CPU-second  {first / took:.2f} times")


def pages(count: int) -> None:
    random = generator(0, "page vectors")

    def drawn(rows: int) -> np.ndarray:
        return l2_normalize(random.standard_normal((rows, DIM)).astype(np.float32))

    def vectors(items: Iterator[Item]) -> Iterator[np.ndarray]:
        for _ in items:
            yield drawn(TOKENS)

    for form in ("fp16", "int8"):
        with tempfile.TemporaryDirectory() as place:
            with Library.create(f"{place}/c", encoder="minilm") as library:
                library.add_items(Item(f"p{at}", "page", "") for at in range(count))
            collection = Collection.open(f"{place}/c")
            field = VectorField("page_image", "drawn", DIM)
            add = partial(collection.add_field, field, vectors)
            wrote = seconds(partial(add, vector_format=VectorFormat.parse(form)))
            with collection.reader() as reader:
                ask = partial(reader.search_vectors, k=10, exact=True, field="page_image")
                took = [seconds(partial(ask, drawn(ASKED))) for _ in range(10)]
            written = sum(one.stat().st_size for one in (Path(place) / "c/segments").iterdir())
            products = count * TOKENS * DIM * ASKED / statistics.median(took)
            asking = 1000 * statistics.median(took)
            print(
                f"{form:5s} {count} pages: {written / count / 1000:.1f} kB a page, added in "
                f"{1000 * wrote / count:.1f} ms a page, exact search {asking:.0f} ms of CPU, "
                f"{products:.1e} products a second"
            )


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("encode", "pages"))
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--texts", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=500)
    options = parser.parse_args()
    if options.what == "encode":
        folder, paragraphs = options.paths
        encode(folder, paragraphs, options.texts, options.rounds)
    else:
        pages(options.pages)


if __name__ == "__main__":
    main()
