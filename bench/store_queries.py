"""What a search of a collection costs in CPU time, to compare two versions of the store.

    python bench/store_queries.py COLLECTION [--work build/bench/index] [--queries 40]

The collection is that of `text10k`, with centroids; it is made where there is none. Run each
version in turn, several times, on one collection or on a copy that the newer one upgraded: on a
busy machine only neighbouring runs compare. Prints one JSON line: median milliseconds, best hits.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from index_data import prepare
from peers.trovato_ import TrovatoCollection
from trovato.index import Collection


def milliseconds(work: Callable[[], object]) -> float:
    """CPU time of this process."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("--work", type=Path, default=Path("build/bench/index"))
    parser.add_argument("--queries", type=int, default=40)
    options = parser.parse_args()
    data = prepare("text10k", options.work)
    if not Collection.exists(options.collection):
        TrovatoCollection().build(data, options.collection, 1)
    asked = data.queries()
    queries = [
        asked.values[asked.offsets[n] : asked.offsets[n + 1]] for n in range(options.queries)
    ]
    collection = Collection.open(options.collection)
    said: dict[str, object] = {"format": collection.stats().format}
    with collection.reader() as reader:
        for count in (64, 512):
            said[f"{count} candidates"] = median(
                milliseconds(partial(reader.search_vectors, query, 10, candidates=count))
                for query in queries
            )
        said["exact"] = median(
            milliseconds(partial(reader.search_vectors, query, 10, exact=True)) for query in queries
        )
        said["best"] = [reader.search_vectors(query, 1, exact=True).best for query in queries[:5]]
        rows = [row for row, _ in reader.search_vectors(queries[0], 10).best]

    def first_search() -> None:
        with collection.reader() as fresh:
            fresh.search_vectors(queries[0], 10, candidates=64)

    def read_items() -> None:
        with collection.reader() as fresh:
            fresh.items(rows)

    said["a new reader and 64 candidates"] = median(milliseconds(first_search) for _ in queries)
    said["a new reader and ten items"] = median(milliseconds(read_items) for _ in queries)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
