"""Who is linked to whom, in two arrays (compressed sparse rows)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Int64


@dataclass(frozen=True, slots=True, eq=False)
class Adjacency:
    """Targets of each source: source `i` has `targets[offsets[i]:offsets[i + 1]]`.

    Both arrays may be memory-mapped: what is asked for is read, and nothing else.

    Parameters
    ----------
    offsets
        `(sources + 1,)`: starts at 0, never falls, ends at the number of edges.
    targets
        `(edges,)`: rising within each source, and each once.

    Raises
    ------
    InvalidInputError
        If the offsets do not describe the targets.
    """

    offsets: Int64[np.ndarray, " sources_plus_1"]
    targets: Int64[np.ndarray, " edges"]

    def __post_init__(self) -> None:
        if not len(self.offsets) or self.offsets[0] != 0 or self.offsets[-1] != len(self.targets):
            raise InvalidInputError(
                f"offsets must start at 0 and end at the number of edges ({len(self.targets)}), "
                f"got {self.offsets[:1]} … {self.offsets[-1:]}"
            )

    @staticmethod
    def of(
        sources: Int64[np.ndarray, " pairs"], targets: Int64[np.ndarray, " pairs"], count: int
    ) -> Adjacency:
        """The adjacency of pairs in any order; equal ones count once.

        Parameters
        ----------
        sources, targets
            The two ends of each pair.
        count
            How many sources there are: `sources` are in 0…count − 1.

        Raises
        ------
        InvalidInputError
            If a source is out of range, or a target negative.
        """
        if len(sources) != len(targets):
            raise InvalidInputError(
                f"each pair has two ends, got {len(sources)} and {len(targets)}"
            )
        if len(sources) and not (sources.min() >= 0 and sources.max() < count):
            raise InvalidInputError(
                f"sources must be in 0…{count - 1}, got {sources.min()}…{sources.max()}"
            )
        if len(targets) and targets.min() < 0:
            raise InvalidInputError(f"targets must be at least 0, got {targets.min()}")
        order = np.lexsort((targets, sources))
        sources, targets = sources[order], targets[order]
        first = np.ones(len(sources), np.bool_)
        first[1:] = (sources[1:] != sources[:-1]) | (targets[1:] != targets[:-1])
        offsets = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(sources[first], minlength=count), out=offsets[1:])
        return Adjacency(offsets, targets[first])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def degrees(self) -> Int64[np.ndarray, " sources"]:
        """How many targets each source has."""
        return np.diff(self.offsets)

    def of_sources(
        self, sources: Int64[np.ndarray, " asked"]
    ) -> tuple[Int64[np.ndarray, " edges"], Int64[np.ndarray, " edges"]]:
        """The edges of some sources, one source after another.

        Returns
        -------
        places, targets
            For each edge, the place of its source in `sources`, and its target.
        """
        begins = self.offsets[sources]
        sizes = self.offsets[sources + 1] - begins
        places = np.repeat(np.arange(len(sources)), sizes)
        within = np.arange(len(places)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return places, np.asarray(self.targets[begins[places] + within])

    def reversed(self, count: int) -> Adjacency:
        """The same edges from their targets, of which there are `count`."""
        return Adjacency.of(self.targets, np.repeat(np.arange(len(self)), self.degrees()), count)
