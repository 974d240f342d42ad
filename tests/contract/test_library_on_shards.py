"""A whole search through shards on Ray: hits, scores and evidence are those of one process."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from trovato import Library
from trovato.core import InvalidInputError, Item, generator
from trovato.index import SearchProfile, ShardedCollection, VectorField
from trovato.index.search import vector_search
from trovato.library import Mode
from trovato.testing import WordEncoder
from trovato.testing.conformance.storage.store import unit_vectors
from trovato.web.command import serve

pytestmark = [pytest.mark.needs("ray"), pytest.mark.slow]

WORDS = [
    a + b for a in ("mill", "tow", "har", "riv", "lan", "sto") for b in ("er", "on", "ek", "um")
]
FILTERS = ("", "year>=2005", "path:a/* page=1", "kind=note", "year=2003 kind=note")
MODES: tuple[Mode, ...] = ("hybrid", "late", "lexical")


def texts(count: int, first: int = 0) -> Iterator[Item]:
    """Short texts; each fifth holds the same words as the one before."""
    for number in range(first, first + count):
        random = generator(number - (number % 5 == 4), "texts of shards")
        said = " ".join(random.choice(WORDS, int(random.integers(3, 30))))
        year = 2000 + number % 10
        yield Item(f"t{number}", "note" if number % 3 else "memo", said, attributes={"year": year})


def image_vectors(items: Iterable[Item]) -> Iterator[np.ndarray]:
    """What stands for the vectors of page images."""
    for item in items:
        random = generator(len(item.text), "images")
        yield unit_vectors(random, int(random.integers(0, 6)), 8)


def train(library: Library, seed: int) -> None:
    with library.collection.writer() as writer:
        writer.train_centroids(seed=seed)


def make(folder: Path, files: Path) -> Library:
    for name in ("a", "b"):
        (files / name).mkdir(parents=True)
    for number, item in enumerate(texts(12, 500)):
        (files / "a" / f"{number}.txt").write_text(item.text)
        (files / "b" / f"{number}.txt").write_text(item.text)  # a copy
    library = Library.create(folder, encoder=WordEncoder(16))
    for part in range(4):  # segments of their own
        library.add_items(texts(60, 60 * part))
    library.add([files / "a", files / "b"])
    train(library, 1)
    library.collection.add_field(VectorField("image", "drawn", 8), image_vectors)
    return library


def questions(count: int) -> list[str]:
    return [
        " ".join(generator(number, "asked").choice(WORDS, 1 + number % 6))
        for number in range(count)
    ]


def check_same(one: Library, many: Library, count: int) -> None:
    """Some questions, in every mode, with conditions and without, exact and not."""
    through_candidates = 0
    for number, question in enumerate(questions(count)):
        k, filter = 1 + number % 12, FILTERS[number % len(FILTERS)]
        for mode in MODES[: 3 - number % 2]:
            wanted, found = (
                library.search(
                    question,
                    k,
                    mode=mode,
                    filter=filter,
                    exact=number % 4 == 1,
                    distinct=number % 3 > 0,
                )
                for library in (one, many)
            )
            assert found == wanted, (question, k, mode, filter)
            through_candidates += wanted.coverage is not None and not wanted.coverage.exact
        for hit in wanted[:1]:
            item = hit.item.id
            assert many.explain(question, item) == one.explain(question, item)
    assert through_candidates
    with one.collection.reader() as here, many.collection.reader() as there:
        for number in range(count):
            query = unit_vectors(generator(number, "seen"), 1 + number % 4, 8)
            seen = here.search_vectors(query, 7, field="image")
            assert there.search_vectors(query, 7, field="image") == seen


def actors(library: Library) -> list[Any]:
    assert isinstance(library.collection, ShardedCollection)
    return library.collection._shards._actors


def processes(library: Library) -> list[int]:
    """Process numbers of all shards; one that was killed is awaited."""
    import ray

    asked = [actor.__ray_call__.remote(lambda _: os.getpid()) for actor in actors(library)]
    return [int(pid) for pid in ray.get(asked)]


@pytest.fixture(scope="module")
def libraries(
    tmp_path_factory: pytest.TempPathFactory, ray_started: None
) -> Iterator[tuple[Library, Library]]:
    """One collection, searched by this process and by four shards."""
    patch = pytest.MonkeyPatch()
    # Through candidates, as in a large collection.
    patch.setattr(vector_search, "EXACT_UP_TO", 0)
    patch.setattr(SearchProfile, "candidates_for", lambda _, k: max(k, 40))
    folder = tmp_path_factory.mktemp("library")
    one = make(folder / "c", folder / "files")
    many = Library.open(folder / "c", encoder=WordEncoder(16))
    many.use_shards(4)
    yield one, many
    many.close()
    one.close()
    patch.undo()


def test_answers_are_those_of_one_process_whatever_changes(
    libraries: tuple[Library, Library],
) -> None:
    one, many = libraries
    check_same(one, many, 36)
    many.add_items(texts(30, 240))  # also written through
    check_same(one, many, 12)
    one.remove([f"t{number}" for number in range(0, 270, 3)])
    check_same(one, many, 12)
    with one.collection.writer() as writer:
        writer.compact()
    train(one, 2)
    check_same(one, many, 12)


def test_a_shard_killed_in_the_middle_of_a_search_answers_it(
    libraries: tuple[Library, Library],
) -> None:
    one, many = libraries
    busy, pid = actors(many)[2], processes(many)[2]
    # The shard is busy, so that the search waits in it while it is killed.
    busy.__ray_call__.options(max_task_retries=0).remote(lambda _: time.sleep(3600))
    killer = threading.Timer(1.0, os.kill, [pid, signal.SIGKILL])
    killer.start()
    (question,) = questions(1)
    assert many.search(question) == one.search(question)
    killer.join()
    assert pid not in processes(many)
    check_same(one, many, 4)


def test_new_shards_replace_those_before(libraries: tuple[Library, Library]) -> None:
    import ray

    one, many = libraries
    before = actors(many)
    many.use_shards(2)
    assert len(actors(many)) == 2
    with pytest.raises(ray.exceptions.RayActorError):
        ray.get(before[0].__ray_call__.remote(lambda _: 0))
    check_same(one, many, 3)


def test_less_than_one_shard_is_refused(libraries: tuple[Library, Library]) -> None:
    one, _ = libraries
    with pytest.raises(InvalidInputError, match="at least 1 shard, got 0"):
        one.use_shards(0)
    refused = CliRunner().invoke(serve, [str(one.collection.path), "--shards", "0"])
    assert refused.exit_code == 2
    assert "--shards" in refused.output
