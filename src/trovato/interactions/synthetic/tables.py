"""What is known of the users and items of a drawn log, and what is true of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np

from trovato.core import atomic_path, generator
from trovato.core.shapes import Float16, Float32, Int64, UInt32
from trovato.interactions.storage import schema
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.synthetic.blocks import SyntheticModel
from trovato.interactions.synthetic.exposure_model import LIFE, PERSONAL
from trovato.interactions.synthetic.interest_model import FAVOURITE_SHARES, MOVES_ON, RETURNS
from trovato.interactions.synthetic.population import TASTES

EMBEDDING = 64
_NOISE = 0.1  # of a content vector, against its taste signal, per dimension
_TOGETHER = 1 << 16


def write_tables(
    layout: LogLayout,
    world: SyntheticModel,
    of_users: Int64[np.ndarray, " users"],
    of_items: Int64[np.ndarray, " items"],
) -> None:
    """Users and items with their ranks in the training weeks, by rising id, and embeddings."""
    pa = schema.arrow()
    users, items = world.users, world.items
    table = pa.table(
        [users.ids, users.age, users.gender, users.geo, _ranks(of_users, users.ids)],
        schema=schema.users(),
    )
    with atomic_path(layout.users) as path:
        pa.parquet.write_table(table, path, compression="zstd")
    order = np.argsort(items.ids)
    ranks = _ranks(of_items, items.ids)
    table = pa.table(
        [values[order] for values in (items.ids, items.authors, items.duration, ranks)],
        schema=schema.items(),
    )
    with atomic_path(layout.items) as path:
        pa.parquet.write_table(table, path, compression="zstd")
    # In another order than the table of items, as published: they are joined by id.
    order = generator(world.scale.seed, "order of embeddings").permutation(len(items.ids))
    vectors = np.empty((len(order), EMBEDDING), np.float16)
    done = 0
    for part in _embeddings(world):
        vectors[done : done + len(part)] = part
        done += len(part)
    with atomic_path(layout.embeddings) as path, path.open("wb") as file:
        np.savez(file, item_id=items.ids[order], embedding=vectors[order])


def write_truth(folder: Path, world: SyntheticModel) -> None:
    """What the log was drawn from, for tests that must know: tastes, interests, appeal, levels."""
    users, items = world.users, world.items
    with atomic_path(folder / "users.npz") as path, path.open("wb") as file:
        np.savez(
            file,
            user_id=users.ids,
            taste=users.taste,
            favourites=users.favourites,
            warmth=users.warmth,
        )
    with atomic_path(folder / "items.npz") as path, path.open("wb") as file:
        np.savez(
            file,
            item_id=items.ids,
            taste=items.taste,
            cluster=items.cluster,
            quality=np.ascontiguousarray(items.traits["quality"]),
            appeal=items.appeal,
            birth_week=items.cohort.astype(np.int8) - np.int8(8),
        )
    levels = {
        "scale": asdict(world.scale),
        "levels": asdict(world.people.intercepts),
        "interests": {
            "favourite_shares": FAVOURITE_SHARES,
            "returns": RETURNS,
            "moves_on": MOVES_ON,
            "next_cluster": [*range(1, items.clusters), 0],
            "personal": PERSONAL,
            "mean_life": LIFE,
        },
    }
    with atomic_path(folder / "levels.json") as path:
        path.write_text(json.dumps(levels, indent=2), encoding="utf-8")


def _embeddings(world: SyntheticModel) -> Iterator[Float16[np.ndarray, "some dim"]]:
    """Content vectors: a linear map of tastes with noise, by falling variance of components."""
    random = generator(world.scale.seed, "embeddings of a log")
    falling = np.float32(0.9) ** np.arange(TASTES, dtype=np.float32)
    mixing = random.standard_normal((TASTES, EMBEDDING), dtype=np.float32) * falling[:, None]
    taste = world.items.taste
    sample = taste[:: max(len(taste) // _TOGETHER, 1)] @ mixing
    directions = np.linalg.eigh(sample.T @ sample)[1][:, ::-1]  # the longest first
    for first in range(0, len(taste), _TOGETHER):
        signal = taste[first : first + _TOGETHER] @ mixing
        noise = random.standard_normal(signal.shape, dtype=np.float32)
        vectors: Float32[np.ndarray, "some dim"] = (signal + _NOISE * noise) @ directions
        yield vectors.astype(np.float16)


def _ranks(
    counts: Int64[np.ndarray, " things"], ids: UInt32[np.ndarray, " things"]
) -> UInt32[np.ndarray, " things"]:
    """1 for the largest count; ties by id."""
    ranks = np.empty(len(counts), np.uint32)
    ranks[np.lexsort((ids, -counts))] = np.arange(1, len(counts) + 1, dtype=np.uint32)
    return ranks
