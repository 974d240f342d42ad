"""A collection searched by several processes or machines, on Ray."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
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
from trovato.index.store.fields import StoredField
from trovato.index.store.schema import DATABASE, SEGMENTS

_RETRIES = 3  # times that a question is asked again when the shard that has it is lost


class Shards(Closing):
    """Ray actors that share the vectors of a collection between them.

    A question goes to all of them, and the answer is that of one machine: the same pages, scores
    and order. An actor that is lost is started again by Ray, maps its segments and answers.

    Parameters
    ----------
    collection
        Every machine must see its directory of segments under the same path. The database and the
        postings of words are read by this process alone.
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
        self._database = collection.path / DATABASE
        self._folder = (collection.path / SEGMENTS).resolve()
        self._caches = FieldCaches(self._folder)
        actor = ray.remote(
            num_cpus=0, max_restarts=-1, max_task_retries=_RETRIES, scheduling_strategy="SPREAD"
        )(Shard)
        self._actors = [actor.remote(self._folder) for _ in range(count)]
        # By field: number of the state, and its parts.
        self._dealt: dict[int, tuple[int, list[Any]]] = {}

    def reader(self) -> Reader:
        """A view of the collection as it is now, whose vectors the shards search.

        Close it, as any reader: while it is open, the files stay that its shards look at.
        """
        return _ShardedReader(self._database, self._caches, self)

    def close(self) -> None:
        """End the actors. Ray goes on; `ray.shutdown()` ends it."""
        for actor in self._actors:
            _ray().kill(actor)
        self._actors = []

    def _ask(
        self,
        connection: sqlite3.Connection,
        field: StoredField,
        method: Method,
        arguments: Sequence[Any],
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
        generation, parts = self._parts(connection, field)
        # Arrays are sent once to each machine, not to each shard.
        sent = [ray.put(value) if isinstance(value, np.ndarray) else value for value in arguments]
        asked = [
            getattr(actor, method).remote((field.number, generation), partial(ray.get, part), *sent)
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

    def _parts(self, connection: sqlite3.Connection, field: StoredField) -> tuple[int, list[Any]]:
        """The shards' parts of a state, where every actor finds them, also one started again."""
        generation = generation_of(connection)
        dealt = self._dealt.get(field.number)
        if dealt is None or dealt[0] != generation:
            ray, parts, cache = _ray(), [], self._caches.of(field)
            for hand in assign_segments(cache.live(connection), len(self._actors)):
                numbers = {held.cells.codebook for held in hand if held.cells is not None}
                books = {number: cache.codebook(connection, number) for number in numbers}
                codecs, projection = cache.codecs_of(hand), cache.projection
                part = ShardState(
                    field.number, field.dim, generation, hand, books, codecs, projection
                )
                parts.append(ray.put(part))
            dealt = self._dealt[field.number] = generation, parts
        return dealt


class ShardedCollection(Collection):
    """A collection whose readers leave the scoring of vectors to shards of its own.

    Parameters
    ----------
    collection
        What is searched; close the sharded one instead of it.
    count
        How many shards; see `Shards`.

    Raises
    ------
    InvalidInputError, MissingExtraError
        As of `Shards`.

    Examples
    --------
    >>> sharded = ShardedCollection(Collection.open("reports.trovato"), 4)  # doctest: +SKIP
    >>> with sharded.reader() as reader:  # doctest: +SKIP
    ...     reader.search_vectors(query, 10)
    """

    def __init__(self, collection: Collection, count: int) -> None:
        super().__init__(
            collection.path, collection.fingerprint, collection.dim, collection.encoder_name
        )
        self._shards = Shards(collection, count)

    def reader(self) -> Reader:
        """A view of the collection as it is now, whose vectors the shards search."""
        return self._shards.reader()

    def close(self) -> None:
        """End the shards, and let go of mapped files."""
        self._shards.close()
        super().close()


class _ShardedReader(Reader):
    """A reader that leaves the scoring of vectors to shards."""

    def __init__(self, database: Path, caches: FieldCaches, shards: Shards) -> None:
        super().__init__(database, caches)
        self._shards = shards

    def _search(self, field: StoredField, threads: int) -> PageSearch:
        ask = partial(self._shards._ask, self._connection, field)
        return ShardedSearch(super()._search(field, threads), ask, threads)


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError("ray", "scale", "searching with shards") from error
    return ray
