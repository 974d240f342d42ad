"""One cache of segments, and readers of several states that share it."""

from __future__ import annotations

from pathlib import Path

from trovato.core import generator
from trovato.index import DEFAULT_FIELD, Collection
from trovato.testing.conformance.storage.store import make_file, unit_vectors

_DIM = 16


def test_readers_of_several_states_do_not_take_from_each_other(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with collection.writer(max_tokens=200) as writer:
        for number in range(20):
            make_file(f"{number}.pdf", number, 3, _DIM).write(writer)
    with collection.writer() as writer:
        writer.compress("4bit")
    query = unit_vectors(generator(5, "asked"), 7, _DIM)
    with collection.reader() as old:
        wanted = old.search_vectors(query, 3, candidates=5).best
        search = old._search(
            old.fields[DEFAULT_FIELD], 1
        )  # has looked at the state, and not at the files
        collection.close()
        with collection.writer() as writer:
            writer.compress("2bit")
        with collection.reader() as new:  # as another thread would, in the midst of it
            assert new.search_vectors(query, 3).best
        scored = search.exact(query, None)
        by_row = dict(zip(scored.rows.tolist(), scored.scores.tolist(), strict=True))
        assert [(row, by_row[row]) for row, _ in wanted] == wanted
