"""A collection searched by several processes or machines, on Ray."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from trovato.core import Closing, InvalidInputError, LostShardError, MissingExtraError, TrovatoError
from trovato.index.collection import Collection
from trovato.index.reader import Reader
from trovato.index.search.shard_state import (
    Method,
    Shard,
    ShardedSearch,
    ShardState,
    assign_segments,
)
from trovato.index.search.snapshot import FieldCaches, generation_of
from trovato.index.search.vector_search import PageSearch
from trovato.index.store.fields import DEFAULT_FIELD, StoredField
from trovato.index.store.schema import DATABASE, SEGMENTS

_RETRIES = 3  # times that a question is asked again when the shard that has it is lost


class Shards(Closing):
    """Ray actors that share the vectors of a collection between them.

    A question goes to all of them, and the answer is that of one machine: the same pages, scores
    and order. An actor that is lost is started again by Ray, maps its segments and answers.

    Parameters
    ----------
    collection
        Every machine must see its directory of segments under the same path. The database is read
        by this process alone, and so are vectors of other fields than the default one.
    count
        How many actors, at least 1. Ray spreads them over its machines.

    Raises
    ------
    InvalidInputError
        If `count` is below 1.
    MissingExtraError
        If Ray is not installed.

    Notes
    -----
    Call `ray.init(address=…)` first to use a cluster; else Ray is started on this machine. Every
    machine needs this package.

    Examples
    --------
    >>> collection = Collection.open("/shared/reports.trovato")  # doctest: +SKIP
    >>> with Shards(collection, 4) as shards, shards.reader() as reader:  # doctest: +SKIP
    ...     reader.search_vectors(query, 10, "year>=2020")
    """

    def __init__(self, collection: Collection, count: int) -> None:
        if count < 1:
            raise InvalidInputError(f"a collection needs at least 1 shard, got {count}")
        ray = _ray()
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False)
        self._collection = collection
        self._folder = (collection.path / SEGMENTS).resolve()
        self._caches = FieldCaches(self._folder)
        with collection.reader() as reader:
            self._cache = self._caches.of(reader.fields[DEFAULT_FIELD])
        actor = ray.remote(
            num_cpus=0, max_restarts=-1, max_task_retries=_RETRIES, scheduling_strategy="SPREAD"
        )(Shard)
        self._actors = [actor.remote(self._folder, collection.dim) for _ in range(count)]
        self._dealt: tuple[int, list[Any]] = (-1, [])

    def reader(self) -> Reader:
        """A view of the collection as it is now, whose vectors the shards search.

        Close it, as any reader: while it is open, the files stay that its shards look at.
        """
        return _ShardedReader(self._collection, self._caches, self)

    def close(self) -> None:
        """End the actors. Ray goes on; `ray.shutdown()` ends it."""
        for actor in self._actors:
            _ray().kill(actor)
        self._actors = []

    def _ask(
        self, connection: sqlite3.Connection, method: Method, arguments: Sequence[Any]
    ) -> list[Any]:
        """What a method of every shard returns, for the state that the connection sees.

        Raises
        ------
        LostShardError
            If a shard is lost again and again.
        CorruptCollectionError
            If a vector file is not what was written.
        InvalidInputError
            If the shards are closed.
        """
        if not self._actors:
            raise InvalidInputError("these shards are closed: make new ones")
        ray = _ray()
        generation, parts = self._parts(connection)
        # Arrays are sent once to each machine, not to each shard.
        sent = [ray.put(value) if isinstance(value, np.ndarray) else value for value in arguments]
        asked = [
            getattr(actor, method).remote(generation, partial(ray.get, part), *sent)
            for actor, part in zip(self._actors, parts, strict=True)
        ]
        try:
            return list(ray.get(asked))
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, TrovatoError):
                raise error.cause from error
            raise
        except ray.exceptions.RayActorError as error:
            raise LostShardError(
                f"a shard was lost and not answered after {_RETRIES} more attempts ({error}): see "
                f"that every machine has this package and can read {self._folder}"
            ) from error

    def _parts(self, connection: sqlite3.Connection) -> tuple[int, list[Any]]:
        """The shards' parts of a state, where every actor finds them, also one started again."""
        generation = generation_of(connection)
        if self._dealt[0] != generation:
            ray, parts = _ray(), []
            for hand in assign_segments(self._cache.live(connection), len(self._actors)):
                numbers = {held.cells.codebook for held in hand if held.cells is not None}
                books = {number: self._cache.codebook(connection, number) for number in numbers}
                codecs = self._cache.codecs_of(hand)
                part = ShardState(generation, hand, books, codecs, self._cache.projection)
                parts.append(ray.put(part))
            self._dealt = (generation, parts)
        return self._dealt


class _ShardedReader(Reader):
    """A reader that leaves the scoring of vectors to shards, those of the default field."""

    def __init__(self, collection: Collection, caches: FieldCaches, shards: Shards) -> None:
        super().__init__(collection.path / DATABASE, caches)
        self._shards = shards

    def _search(self, field: StoredField, threads: int) -> PageSearch:
        if field.name != DEFAULT_FIELD:
            return super()._search(field, threads)
        ask = partial(self._shards._ask, self._connection)
        return ShardedSearch(super()._search(field, threads), ask, threads)


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError("ray", "scale", "searching with shards") from error
    return ray
