"""What conditions cost: choosing items by SQL and by columns, and whole searches with them.

    python bench/filters.py [--items 100000] [--work build/bench/filters]

Items of three words and one vector each, made once, of four kinds and with two attributes and a
path each. Median CPU milliseconds of 9: the SQL of a condition, the columns once they are there,
and a search, k = 10 with evidence. "First" is the second question on an attribute, which reads its
column; the first one is answered by SQL.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from end_to_end import spent
from trovato.core import Attribute, Item, TokenVectors, generator
from trovato.index import Collection
from trovato.index.store.filters import select_items
from trovato.library import Library


class OneVector:
    """A `trovato.core.Encoder` that looks at the length of a text alone."""

    dim, fingerprint, unrelated = 8, "one vector", -1.0

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """One vector per text."""
        return map(self.encode_query, texts)

    def encode_query(self, text: str) -> TokenVectors:
        """One vector."""
        values = generator(len(text), "vector").standard_normal((1, 8)).astype(np.float32)
        return TokenVectors(values / np.linalg.norm(values), np.array([[0, len(text)]], np.int32))


def items(count: int) -> Iterator[Item]:
    """Half are notes, a twentieth are rare, a thousandth are of a kind of their own."""
    for number in range(count):
        kind = "note" if number % 2 else "memo"
        kind = "once" if number % 1000 == 0 else "rare" if number % 20 == 0 else kind
        said = f"w{number % 977} w{number % 3571} w{number % 13}"
        attributes: dict[str, Attribute] = {"number": number, "group": f"g{number % 40}"}
        yield Item(f"{'abcde'[number % 5]}/{number}", kind, said, attributes=attributes)


def middle(work: Callable[[], object]) -> float:
    """Median of nine, after one that warms up."""
    work()
    return float(np.median([spent(work) for _ in range(9)]))


def main() -> None:
    """Make the collection where there is none, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--work", type=Path, default=Path("build/bench/filters"))
    options = parser.parse_args()
    count, folder = options.items, options.work / f"{options.items}.trovato"
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not Collection.exists(folder):
        with Library.create(folder, encoder=OneVector()) as library:
            library.add_items(items(count))
    filters = ["", "kind=note", "kind=rare", "kind=once", f"number>={count // 2}"]
    filters += [f"number>={count * 19 // 20}", f"number<{count // 1000}", "group=g3", "path:a/*"]
    print("condition | items | SQL | first | columns | search")
    with Library.open(folder, encoder=OneVector()) as library:

        def chosen(filter: str) -> int:
            with library.collection.reader() as reader:
                found = reader._chosen(filter)
            return count if found is None else len(found)

        def by_sql(filter: str) -> None:
            with library.collection.reader() as reader:
                found = select_items(reader._connection, filter)
                reader._connection.execute(*found or ("SELECT 1",)).fetchall()

        opening = middle(lambda: chosen(""))
        for filter in filters:
            sql = middle(partial(by_sql, filter)) - opening
            size = chosen(filter)
            first = spent(chosen, filter) - opening
            columns = middle(partial(chosen, filter)) - opening
            search = middle(partial(library.search, "w5 w17 w900", filter=filter))
            print(
                f"{filter} | {size} | {sql:.1f} | {first:.1f} | {columns:.1f} | {search:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
