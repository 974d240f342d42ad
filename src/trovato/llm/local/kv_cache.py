"""Keys and values of tokens: what later tokens read of earlier ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True)
class KVCache:
    """Keys and values of some tokens in every layer.

    Parameters
    ----------
    layers
        For each layer, torch tensors `(heads, tokens, head_dim)` of keys and of values.
    """

    layers: tuple[tuple[Any, Any], ...]

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return sum(part.nbytes for layer in self.layers for part in layer)

    @property
    def tokens(self) -> int:
        """How many tokens these are the states of."""
        return int(self.layers[0][0].shape[1])

    @staticmethod
    def of_row(cache: Any, row: int, start: int, stop: int) -> KVCache:
        """The states of some tokens of one row of a transformers cache, as views of it."""
        return KVCache(
            tuple(
                (layer.keys[row, :, start:stop], layer.values[row, :, start:stop])
                for layer in cache.layers
            )
        )

    def copy(self) -> KVCache:
        """The same in memory of their own."""
        return KVCache(tuple((keys.clone(), values.clone()) for keys, values in self.layers))


def join(parts: Sequence[KVCache], order: Sequence[int] | None = None) -> Any:
    """A transformers cache of one row that holds all parts, one after the other.

    Parameters
    ----------
    parts
        At least one.
    order
        Places of the joined tokens to take, where that is not all of them as they come.
    """
    import torch
    from transformers import DynamicCache

    def line_up(states: Iterable[Any]) -> Any:
        whole = torch.cat(list(states), dim=1)[None]
        return whole if order is None else whole[:, :, list(order)]

    cache = DynamicCache()
    for number in range(len(parts[0].layers)):
        keys = line_up(part.layers[number][0] for part in parts)
        values = line_up(part.layers[number][1] for part in parts)
        cache.update(keys, values, number)
    return cache


def stack(rows: Sequence[KVCache]) -> Any:
    """A transformers cache with a row for each; shorter ones are padded on the left with zeros.

    Whoever reads it must mask the padding.
    """
    import torch
    from transformers import DynamicCache

    longest = max(row.tokens for row in rows)

    def pile(states: Iterable[Any]) -> Any:
        pad = torch.nn.functional.pad
        return torch.stack([pad(part, (0, 0, longest - part.shape[1], 0)) for part in states])

    cache = DynamicCache()
    for number in range(len(rows[0].layers)):
        keys = pile(row.layers[number][0] for row in rows)
        values = pile(row.layers[number][1] for row in rows)
        cache.update(keys, values, number)
    return cache


class KVCacheMemory:
    """Remembers the states that were used last, up to a number of bytes.

    Parameters
    ----------
    max_bytes
        Of all states together; 0 remembers nothing.

    Attributes
    ----------
    hits, misses
        Counted since the start.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.hits = 0
        self.misses = 0
        self._entries: OrderedDict[bytes, KVCache] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: bytes) -> KVCache | None:
        """What is remembered under `key`."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                self.misses += 1
            else:
                self.hits += 1
                self._entries.move_to_end(key)
            return found

    def put(self, key: bytes, states: KVCache) -> None:
        """Remember `states`, and forget the longest unused where there is no room."""
        with self._lock:
            if key in self._entries or states.nbytes > self.max_bytes:
                return
            self._entries[key] = states
            self._bytes += states.nbytes
            while self._bytes > self.max_bytes:
                self._bytes -= self._entries.popitem(last=False)[1].nbytes

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0
