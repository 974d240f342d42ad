"""Any sequence of changes to trees, links and fields leaves what a dictionary would hold."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError, Item, Link, Location, Page, TextLayout, generator
from trovato.index import Collection, Reader, VectorField, Writer, verify
from trovato.testing.conformance.storage.store import unit_vectors

_DIMS = {"tokens": 8, "image": 16, "text": 24}
_NAMES = [f"item {number}" for number in range(12)]
_DOCUMENTS = ["a.pdf", "b.pdf", "c.pdf"]
_KINDS = ["note", "table", "picture"]
_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Kept:
    """What a collection should hold of an item, and the unit that it was written with."""

    item: Item
    vectors: dict[str, np.ndarray]
    unit: str


State = dict[str, Kept]


def below(state: State, units: set[str]) -> set[str]:
    """Those units, and all that hang on their items or documents."""
    found = set(units)
    while True:
        ids = {name for name, kept in state.items() if kept.unit in found} | found
        more = {kept.unit for kept in state.values() if kept.item.parent in ids} - found
        if not more:
            return found
        found |= more


def without(state: State, unit: str) -> State:
    gone = below(state, {unit})
    return {name: kept for name, kept in state.items() if kept.unit not in gone}


class Changes:
    """Random changes, made to a collection and to a dictionary."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random

    def choose(self, *of: str) -> str:
        return of[int(self.random.integers(len(of)))]

    def vectors(self) -> dict[str, np.ndarray]:
        made = {}
        for name, dim in _DIMS.items():
            count = int(self.random.integers(0, 2 if name == "image" else 4))
            if count:
                made[name] = unit_vectors(self.random, count, dim)
        return made

    def item(self, name: str, parent: str | None) -> Item:
        targets = [*_NAMES, *_DOCUMENTS, "a.pdf#1", "a.pdf/0", "nothing"]
        links = tuple(
            Link(self.choose(*targets), "there", (0, 2) if self.random.random() < 0.5 else None)
            for _ in range(int(self.random.integers(0, 3)))
        )
        return Item(
            name,
            self.choose(*_KINDS),
            f"text {self.random.integers(99)}",
            Location("f", 3) if self.random.random() < 0.5 else None,
            {"year": int(self.random.integers(3))},
            parent,
            int(self.random.integers(3)),
            "p.png" if self.random.random() < 0.2 else None,
            links,
        )

    def write_item(self, writer: Writer, state: State) -> State:
        """One item, below another or none; refused where the parent is a part of what goes."""
        name = self.choose(*_NAMES)
        parents = [*state, *(kept.unit for kept in state.values())]
        parent = self.choose(*parents) if parents and self.random.random() < 0.6 else None
        left = without(state, name)
        there = {*left, *(kept.unit for kept in left.values())}
        item = self.item(name, None if parent == name else parent)
        vectors = self.vectors()
        draft = writer.stage(name, "1", item.kind, 1, {}, whole=True)
        draft.add_item(item, vectors)
        if item.parent is not None and item.parent not in there:
            with suppress(InvalidInputError):
                draft.finish()
                raise AssertionError(f"{item.parent} is not there")
            return state
        draft.finish()
        return {**left, name: Kept(item, vectors, name)}

    def write_document(self, writer: Writer, state: State) -> State:
        """A document of pages, with parts below them."""
        name = self.choose(*_DOCUMENTS)
        version = {"year": int(self.random.integers(9))}
        draft = writer.stage(name, str(self.random.integers(1 << 30)), "pdf", 1, version)
        left = without(state, name)
        made: State = {}
        for number in range(1, int(self.random.integers(2, 5))):
            vectors = self.vectors()
            page = Page(number, f"page {number}", TextLayout.empty(1.0, 1.0))
            tokens = vectors.get("tokens", np.zeros((0, _DIMS["tokens"]), np.float32))
            others = {field: made for field, made in vectors.items() if field != "tokens"}
            draft.add(page, tokens, None, others)
            page_id = f"{name}#{number}"
            item = Item(
                page_id, "pdf", page.text, Location(name, number), version, name, number - 1
            )
            made[page_id] = Kept(item, vectors, name)
            while self.random.random() < 0.4:
                part = self.item(f"{name}/{len(made)}", self.choose(*made, name))
                vectors = self.vectors()
                draft.add_item(part, vectors)
                facts = {**version, **part.attributes}
                made[part.id] = Kept(replace(part, attributes=facts), vectors, name)
        draft.finish()
        return {**left, **made}

    def remove(self, writer: Writer, state: State) -> State:
        name = self.choose(*_NAMES, *_DOCUMENTS)
        assert writer.remove(name) == any(kept.unit == name for kept in state.values())
        return without(state, name)

    def change(self, writer: Writer, state: State) -> State:
        dice = self.random.random()
        if dice < 0.45:
            return self.write_item(writer, state)
        return self.write_document(writer, state) if dice < 0.7 else self.remove(writer, state)


def check(collection: Collection, state: State) -> None:
    """The collection holds exactly these items, with their links, vectors and places."""
    with collection.reader() as reader:
        ids = reader.ids_of(reader.rows())
        assert set(ids.values()) == set(state)
        assert len(reader) == len(state)
        for row, name in ids.items():
            kept = state[name]
            assert reader.item(row) == kept.item
            for field, dim in _DIMS.items():
                wanted = kept.vectors.get(field, np.zeros((0, dim), np.float32))
                np.testing.assert_allclose(reader.vectors_of(row, field=field), wanted, atol=0.02)
        documents = {kept.unit for kept in state.values() if kept.unit in _DOCUMENTS}
        targets = {link.target for kept in state.values() for link in kept.item.links}
        assert set(reader.dangling_links()) == targets - set(state) - documents
        for name in [*list(state)[:3], *documents]:
            sources = sorted(
                (other, link.text)
                for other, kept in state.items()
                for link in kept.item.links
                if link.target == name
            )
            assert sorted((source, link.text) for source, link in reader.links_to(name)) == sources
            children = {other for other, kept in state.items() if kept.item.parent == name}
            assert {item.id for item in reader.children(name)} == children
            _check_filter(reader, state, f'parent:"{name}"', descendants(state, name))
        for kind in _KINDS:
            of_kind = {name for name, kept in state.items() if kept.item.kind == kind}
            _check_filter(reader, state, f"kind:{kind}", of_kind)


def _check_filter(reader: Reader, state: State, filter: str, wanted: set[str]) -> None:
    for field, dim in _DIMS.items():
        query = unit_vectors(generator(0, "asked"), 2, dim)
        found = reader.search_vectors(query, 999, filter, field=field).best
        names = set(reader.ids_of(row for row, _ in found).values())
        assert names == {name for name in wanted if field in state[name].vectors}


def descendants(state: State, name: str) -> set[str]:
    found: set[str] = set()
    ahead = [name]
    while ahead:
        parent = ahead.pop()
        children = {other for other, kept in state.items() if kept.item.parent == parent} - found
        found |= children
        ahead += children
    return found


def create(folder: Path) -> Collection:
    collection = Collection.create(folder, fingerprint="made", dim=_DIMS["tokens"])
    for name in ("image", "text"):
        field = VectorField(name, "made", _DIMS[name], single=name == "image")
        collection.add_field(field, lambda items: iter(()))
    return collection


def run(folder: Path, operations: int, seed: int) -> None:
    """Random changes, with commits, compactions, abandoned groups and closed writers between."""
    collection = create(folder)
    changes = Changes(generator(seed, "changes"))
    now: State = {}
    committed: State = {}
    writer = collection.writer(max_tokens=10**6, time_budget_s=1e6)
    for number in range(operations):
        now = changes.change(writer, now)
        dice = changes.random.random()
        if dice < 0.05:
            writer.flush()
            committed = now
        elif dice < 0.07:
            writer.compact()
            committed = now
        elif dice < 0.09:
            with suppress(RuntimeError), writer:
                raise RuntimeError
            now = committed
            writer = collection.writer(max_tokens=10**6, time_budget_s=1e6)
        elif dice < 0.1:
            writer.close()
            committed = now
            assert verify(folder) == []
            writer = collection.writer(max_tokens=10**6, time_budget_s=1e6)
        if number % 50 == 0:
            check(collection, committed)
    writer.close()
    check(collection, now)
    assert verify(folder) == []
    database = sqlite3.connect(folder / "trovato.db")
    for table in ("pages", "page_attributes", "links", "pools"):
        rows = database.execute(
            f"SELECT count(*) FROM {table} WHERE item NOT IN (SELECT item FROM items)"
        )
        assert rows.fetchone() == (0,), f"{table} keeps rows of items that are gone"
    database.close()


@pytest.fixture
def place() -> Iterator[Path]:
    """In memory where there is such a place."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Path(folder)


def test_some_operations_leave_what_a_dictionary_would(place: Path) -> None:
    run(place / "made", 120, seed=1)


@pytest.mark.slow
def test_ten_thousand_operations_leave_what_a_dictionary_would(place: Path) -> None:
    """In a process of its own, where types are not checked at run time: several times faster."""
    command = [sys.executable, __file__, "run", str(place / "made"), "10000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kills_leave_a_committed_prefix_of_trees_links_and_fields(place: Path, kills: int) -> None:
    command = [sys.executable, __file__, "kill", str(place), str(max(kills // 5, 5))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def work(folder: Path, start: int, channel: int) -> None:
    """Go on with the changes from `start` on; each is a commit, and told when it is done."""
    states = states_of(start)
    changes, state = states
    with Collection.open(folder).writer(max_tokens=10**6, time_budget_s=1e6) as writer:
        for number in range(start, _STEPS):
            state = changes.change(writer, state)
            writer.flush()
            os.write(channel, (number + 1).to_bytes(2, "little"))
            if number % 5 == 4:
                writer.compact()


_STEPS = 60


def states_of(start: int) -> tuple[Changes, State]:
    """The changes after so many steps, and what is there then: done again on another collection."""
    changes, state = Changes(generator(3, "kills")), State()
    with (
        tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder,
        create(Path(folder) / "made").writer(time_budget_s=1e6) as writer,
    ):
        for _ in range(start):
            state = changes.change(writer, state)
    return changes, state


def kill_many(place: Path, wanted: int) -> None:
    random = generator(4, "moments")
    kills = done = collection = 0
    while kills < wanted:
        folder = place / str(collection)
        if not Collection.exists(folder):
            create(folder)
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                work(folder, done, send)
                os._exit(0)
            except BaseException as error:
                os.write(2, f"{error!r}\n".encode())
                os._exit(1)
        os.close(send)
        told = os.read(receive, 2)  # the first change is done
        time.sleep(float(random.random()) * 0.2)
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
        killed = os.WIFSIGNALED(status)
        while part := os.read(receive, 1 << 16):
            told += part
        os.close(receive)
        acknowledged = int.from_bytes(told[-2:], "little") if told else done
        kills += killed
        assert {found.part for found in verify(folder)} <= {"leftover"}
        opened = Collection.open(folder)
        for step in range(acknowledged, acknowledged + 2):
            with suppress(AssertionError):
                check(opened, states_of(step)[1])
                done = step
                break
        else:
            raise AssertionError(f"{acknowledged} changes were acknowledged, others are there")
        if done >= _STEPS:
            collection, done = collection + 1, 0


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(Path(sys.argv[2]), int(sys.argv[3]), seed=2)
    else:
        kill_many(Path(sys.argv[2]), int(sys.argv[3]))
