"""Shards on Ray answer as one machine does, also when some of them are killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from trovato.core import (
    CorruptCollectionError,
    InvalidInputError,
    LostShardError,
    MissingExtraError,
    generator,
)
from trovato.index import Collection, Reader, Shards
from trovato.testing.conformance.index import check_index
from trovato.testing.conformance.storage.store import make_file, unit_vectors

_DIM = 16

pytestmark = pytest.mark.needs("ray")


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory, ray_started: None) -> Iterator[Collection]:
    folder = tmp_path_factory.mktemp("shards") / "made"
    made = Collection.create(folder, fingerprint="made", dim=_DIM)
    with made.writer(max_tokens=150) as writer:
        for number in range(60):
            make_file(f"{number % 7}/{number}.pdf", number % 20, 5, _DIM).write(writer)
        writer.train_centroids()
        writer.remove("3/10.pdf")
    yield made
    made.close()


@pytest.fixture
def copied(collection: Collection, tmp_path: Path) -> Collection:
    """One to change."""
    shutil.copytree(collection.path, tmp_path / "copied")
    return Collection.open(tmp_path / "copied")


def query(seed: int, tokens: int = 9) -> np.ndarray:
    return unit_vectors(generator(seed, "asked of shards"), tokens, _DIM)


def check_same(one: Reader, many: Reader, seeds: range) -> None:
    for seed in seeds:
        asked, k = query(seed, 1 + seed % 40), 1 + seed % 25
        for filter in ("", "year>=2005", "path:2/* page<=2", "page>99"):
            for setting in ({"exact": True}, {"candidates": 1 + 7 * seed}, {}):
                wanted = one.search_vectors(asked, k, filter, **setting)
                found = many.search_vectors(asked, k, filter, **setting)
                assert found == wanted, f"{seed} {filter!r} {setting}"
        rows = [row for row, _ in wanted.best]
        assert many.score_vectors(asked, rows) == one.score_vectors(asked, rows)


def processes(shards: Shards) -> list[int]:
    """Process numbers of all shards; one that was killed is awaited."""
    import ray

    asked = [actor.__ray_call__.remote(lambda _: os.getpid()) for actor in shards._actors]
    return [int(pid) for pid in ray.get(asked)]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_any_number_of_shards_gives_the_answer_of_one_machine(
    collection: Collection, count: int
) -> None:
    with (
        Shards(collection, count) as shards,
        collection.reader() as one,
        shards.reader() as many,
    ):
        check_same(one, many, range(5))


def test_sharded_collections_keep_the_laws_of_an_index(collection: Collection) -> None:
    with Shards(collection, 2) as shards:

        class Sharded(Collection):
            def reader(self) -> Reader:
                return shards.reader()

        check_index(
            lambda: Sharded(collection.path, collection.fingerprint, _DIM),
            questions=["bora"],
            conditions={"year>=2015": lambda item: int(item.attributes["year"]) >= 2015},
        )


def test_a_shard_killed_between_two_questions_comes_back(collection: Collection) -> None:
    with (
        Shards(collection, 2) as shards,
        collection.reader() as one,
        shards.reader() as many,
    ):
        check_same(one, many, range(2))
        before = processes(shards)
        os.kill(before[0], signal.SIGKILL)
        check_same(one, many, range(3))
        for pid in processes(shards):
            os.kill(pid, signal.SIGKILL)
        check_same(one, many, range(3))
        assert not set(before) & set(processes(shards))


def test_a_shard_killed_in_the_middle_of_a_question_answers_it(collection: Collection) -> None:
    import ray

    with Shards(collection, 2) as shards, shards.reader() as many, collection.reader() as one:
        pid = processes(shards)[0]
        # The shard is busy, so that the question waits in it while it is killed.
        shards._actors[0].__ray_call__.options(max_task_retries=0).remote(
            lambda _: time.sleep(3600)
        )
        killer = threading.Timer(1.0, os.kill, [pid, signal.SIGKILL])
        killer.start()
        assert many.search_vectors(query(1), 7) == one.search_vectors(query(1), 7)
        killer.join()
        assert ray.is_initialized()


def test_a_new_reader_sees_the_newest_state_and_an_old_one_its_own(
    copied: Collection,
) -> None:
    with Shards(copied, 2) as shards, copied.reader() as one, shards.reader() as many:
        check_same(one, many, range(1))
        with copied.writer() as writer:
            for number in range(20):
                assert writer.remove(f"{number % 7}/{number}.pdf") == (number != 10)
            make_file("late.pdf", 77, 4, _DIM).write(writer)
            writer.train_centroids(seed=5)
        with copied.reader() as newer, shards.reader() as newest:
            check_same(newer, newest, range(2))
            check_same(one, many, range(2))
            os.kill(processes(shards)[0], signal.SIGKILL)
            check_same(one, many, range(1))
            check_same(newer, newest, range(1))
            assert one.search_vectors(query(1), 5) != newer.search_vectors(query(1), 5)


def test_damage_that_a_shard_finds_is_told_by_its_name(copied: Collection) -> None:
    damaged = sorted((copied.path / "segments").glob("*.seg"))[0]
    damaged.write_bytes(b"")
    with (
        Shards(copied, 2) as shards,
        shards.reader() as many,
        pytest.raises(CorruptCollectionError, match=damaged.name),
    ):
        many.search_vectors(query(1), 5)


def test_shards_that_are_lost_for_good_are_an_error(collection: Collection) -> None:
    import ray

    with Shards(collection, 2) as shards, shards.reader() as many:
        ray.kill(shards._actors[1])
        with pytest.raises(LostShardError, match="lost"):
            many.search_vectors(query(1), 5)


def test_closed_shards_say_so(collection: Collection) -> None:
    with Shards(collection, 1) as shards:
        many = shards.reader()
    with many, pytest.raises(InvalidInputError, match="shards are closed"):
        many.search_vectors(query(1), 5)


def test_less_than_one_shard_is_refused(collection: Collection) -> None:
    with pytest.raises(InvalidInputError, match="at least 1 shard, got 0"):
        Shards(collection, 0)


def test_without_ray_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    made = Collection.create(tmp_path / "made", fingerprint="made", dim=_DIM)
    with pytest.raises(MissingExtraError, match=r"trovato\[scale\]"):
        Shards(made, 2)
