"""MaxSim: how well the tokens of a query are met by the tokens of each item."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError, RaggedVectors
from trovato.core.shapes import Float16, Float32, Float64, Int64, Shaped
from trovato.ops import _kernels
from trovato.ops.arguments import check_array, checked_threads
from trovato.ops.vectors.int8 import Int8Vectors, int8_quantize

# The sum of so many products of two int8 codes, one of them plus 128, still fits 32 bits.
WIDEST = 65_536

# Compressed vectors that are decoded together.
_TILE = 1 << 16


@runtime_checkable
class Compressed(Protocol):
    """Vectors that are decoded where they are needed."""

    def __len__(self) -> int:
        """How many vectors there are."""

    def decode(
        self,
        begins: Int64[np.ndarray, " ranges"],
        ends: Int64[np.ndarray, " ranges"],
        threads: int = 1,
        kernel: str | None = None,
    ) -> Int8Vectors:
        """The vectors of some ranges of rows, one range after another."""


@runtime_checkable
class ScoredAsStored(Compressed, Protocol):
    """Compressed vectors that are multiplied with a query as they are stored."""

    def score(
        self,
        query: Int8Vectors,
        begins: Int64[np.ndarray, " items"],
        ends: Int64[np.ndarray, " items"],
        threads: int = 1,
        kernel: str | None = None,
    ) -> Float32[np.ndarray, " items"]:
        """MaxSim of items that own some ranges of rows."""


Vectors = (
    Int8Vectors | Compressed | Float16[np.ndarray, "tokens dim"] | Float32[np.ndarray, "tokens dim"]
)

ItemByItem = RaggedVectors | list[Shaped[np.ndarray, "..."]] | tuple[Shaped[np.ndarray, "..."], ...]


@cache
def available_kernels() -> tuple[str, ...]:
    """Names of the kernels that this machine can run, fastest first.

    They are `avx512vnni` and `avx2` (x86-64), `neon` (aarch64) and `portable`.

    Examples
    --------
    >>> "scalar" in available_kernels() or bool(available_kernels())
    True
    """
    return tuple(_kernels.available())


def maxsim(
    query: Float32[np.ndarray, "query_tokens dim"] | Float64[np.ndarray, "query_tokens dim"],
    vectors: Vectors | ItemByItem,
    offsets: Int64[np.ndarray, " items_plus_1"] | None = None,
    items: Int64[np.ndarray, " selected"] | None = None,
    threads: int = 1,
    kernel: str | None = None,
) -> Float32[np.ndarray, " scored"]:
    """Score items by the sum over query tokens of the best dot product with one of their tokens.

    `s(q, d) = Σ_i max_j <q_i, d_j>`: ColBERT (Khattab and Zaharia 2020), equation 3. An item
    without tokens scores −∞. No item is ever padded. With int8 vectors the query is quantised too,
    and all kernels give the same scores; otherwise they differ by rounding in float32.

    Parameters
    ----------
    query
        `(query_tokens, dim)`, finite; float64 is rounded to float32.
    vectors
        A list with an array `(tokens, dim)` for each item, which is copied into one; or, without
        that copy, `RaggedVectors`, or the tokens of all items together with `offsets`:
        `(tokens, dim)` in int8, float16 or float32, in C order; read in place, so a read-only
        memory map will do. Finite, which is not checked: a vector whose product with a query token
        is NaN is passed over. Or compressed: then they are scored as they are stored, or what the
        scored items need is decoded to int8, a tile at a time.
    offsets
        `(items + 1,)`: item `i` owns the rows `offsets[i]:offsets[i + 1]`. None where vectors come
        item by item.
    items
        The items to score, in any order; all by default.
    threads
        How many threads share the work; the GIL is released. Scores do not depend on it.
    kernel
        One of `available_kernels()`; the fastest by default.

    Returns
    -------
    numpy.ndarray
        One score per item of `items`, or per item.

    Raises
    ------
    InvalidInputError
        If dimensions differ, offsets or items are out of range, the query is empty or not finite,
        or there is no such kernel.

    Examples
    --------
    >>> import numpy as np
    >>> query = np.eye(2)
    >>> maxsim(query, [np.array([[0.5, 0], [0, 0.25]]), np.zeros((0, 2))]).tolist()
    [0.75, -inf]
    """
    threads = checked_threads(threads)
    if offsets is None or isinstance(vectors, RaggedVectors | list | tuple):
        together = _together(vectors, offsets)
        vectors, offsets = together.values, together.offsets
    if query.dtype == np.float64:
        query = query.astype(np.float32)
    begins, ends = item_bounds(offsets, items, len(vectors))
    # Not by the protocols: such a check costs as much as scoring a few pages.
    if not isinstance(vectors, Int8Vectors | np.ndarray) and hasattr(vectors, "score"):
        _check_query(query)
        as_stored = cast("ScoredAsStored", vectors)
        return as_stored.score(int8_quantize(query), begins, ends, threads, kernel)
    scores = np.empty(len(begins), np.float32)
    if not isinstance(vectors, Int8Vectors | np.ndarray):
        for first, last, tile, own in _decoded(vectors, begins, ends, threads, kernel):
            scores[first:last] = maxsim(query, tile, own, None, threads, kernel)
        return scores
    _check(query, vectors)
    name = checked_kernel(kernel)
    query = np.ascontiguousarray(query)
    if isinstance(vectors, Int8Vectors):
        codes = int8_quantize(query)
        _kernels.maxsim(
            name,
            codes.codes,
            codes.scales,
            vectors.codes,
            vectors.scales,
            begins,
            ends,
            threads,
            scores,
        )
    else:
        _kernels.maxsim(name, query, _bits(vectors), begins, ends, threads, scores)
    return scores


def best_tokens(
    query: Float32[np.ndarray, "query_tokens dim"],
    vectors: Int8Vectors | Float16[np.ndarray, "tokens dim"] | Float32[np.ndarray, "tokens dim"],
    kernel: str | None = None,
) -> tuple[Int64[np.ndarray, " query_tokens"], Float32[np.ndarray, " query_tokens"]]:
    """Find which of an item's tokens met each query token: the summands of `maxsim`.

    Parameters
    ----------
    query
        `(query_tokens, dim)`, finite.
    vectors
        The item's tokens, at least one.
    kernel
        One of `available_kernels()`; the fastest by default.

    Returns
    -------
    index, score
        `(query_tokens,)` each: the token with the largest dot product, the lowest at a tie, and
        that product.

    Raises
    ------
    InvalidInputError
        If the item has no tokens, dimensions differ, the query is empty or not finite, or there is
        no such kernel.

    Examples
    --------
    >>> import numpy as np
    >>> places, products = best_tokens(np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32))
    >>> places.tolist()
    [0, 1]
    """
    _check(query, vectors)
    if not len(vectors):
        raise InvalidInputError("an item without tokens has no best token; leave it out")
    index, score = np.zeros(len(query), np.int64), np.empty(len(query), np.float32)
    name = checked_kernel(kernel)
    query = np.ascontiguousarray(query)
    if isinstance(vectors, Int8Vectors):
        codes = int8_quantize(query)
        _kernels.best_tokens(
            name, codes.codes, codes.scales, vectors.codes, vectors.scales, index, score
        )
    else:
        _kernels.best_tokens(name, query, _bits(vectors), index, score)
    return index, score


def _decoded(
    vectors: Compressed,
    begins: Int64[np.ndarray, " items"],
    ends: Int64[np.ndarray, " items"],
    threads: int,
    kernel: str | None,
) -> Iterator[tuple[int, int, Int8Vectors, Int64[np.ndarray, " offsets"]]]:
    """Tiles of items: the first and the one past the last, their vectors, and their offsets."""
    starts = np.zeros(len(begins) + 1, np.int64)
    np.cumsum(ends - begins, out=starts[1:])
    first = 0
    while first < len(begins):
        reach = int(np.searchsorted(starts, starts[first] + _TILE, "right")) - 1
        last = max(reach, first + 1)
        tile = vectors.decode(begins[first:last], ends[first:last], threads, kernel)
        yield first, last, tile, starts[first : last + 1] - starts[first]
        first = last


def _together(
    vectors: Vectors | ItemByItem,
    offsets: Int64[np.ndarray, " items_plus_1"] | None,
) -> RaggedVectors:
    """The vectors of all items in one array, of vectors that are given item by item."""
    if offsets is not None:
        raise InvalidInputError(
            f"{type(vectors).__name__} says itself where items begin: leave out offsets"
        )
    if isinstance(vectors, RaggedVectors):
        return vectors
    if not isinstance(vectors, list | tuple):
        of = f" of shape {vectors.shape}" if isinstance(vectors, np.ndarray) else ""
        raise InvalidInputError(
            "without offsets, vectors must be RaggedVectors or a list with an array (tokens, dim) "
            f"for each item, never padded, got {type(vectors).__name__}{of}"
        )
    shapes = [np.shape(own) for own in vectors]
    for item, shape in enumerate(shapes):
        if len(shape) != 2 or shape[1] != shapes[0][1]:
            raise InvalidInputError(
                f"each item must be an array (tokens, dim) with one dim for all, but item {item} "
                f"has shape {shape}, and the first has {shapes[0]}"
            )
    stacked = RaggedVectors.stack(vectors)
    if stacked.values.dtype == np.float64:
        return RaggedVectors(stacked.values.astype(np.float32), stacked.offsets)
    return stacked


def _check(
    query: Float32[np.ndarray, "query_tokens dim"],
    vectors: Int8Vectors | Float16[np.ndarray, "tokens dim"] | Float32[np.ndarray, "tokens dim"],
) -> None:
    stored = vectors.codes if isinstance(vectors, Int8Vectors) else vectors
    kinds = (np.int8,) if stored is not vectors else (np.float16, np.float32)
    if query.dtype != np.float32 or stored.dtype not in kinds:
        raise InvalidInputError(
            f"the query must be float32 and vectors Int8Vectors, float16 or float32, "
            f"got {query.dtype} and {stored.dtype}"
        )
    if query.ndim != 2 or stored.ndim != 2 or query.shape[1] != stored.shape[1]:
        raise InvalidInputError(
            f"query and vectors must be (tokens, dim) with one dim, got {query.shape} and "
            f"{stored.shape}; encode both with the same encoder"
        )
    if not stored.flags.c_contiguous:
        raise InvalidInputError(
            "vectors must be in C order, since they are read in place; "
            "pass numpy.ascontiguousarray(vectors)"
        )
    _check_query(query)


def _check_query(query: Float32[np.ndarray, "query_tokens dim"]) -> None:
    if query.dtype != np.float32 or query.ndim != 2:
        raise InvalidInputError(
            f"the query must be float32 and (tokens, dim), got {query.dtype} and {query.shape}"
        )
    if not len(query) or not 1 <= query.shape[1] <= WIDEST:
        raise InvalidInputError(
            f"a query needs at least one token and 1 to {WIDEST} components, got {query.shape}"
        )
    if not bool(np.all(np.isfinite(query))):
        raise InvalidInputError("the query must be finite; find where NaN or infinity comes from")


def item_bounds(
    offsets: Int64[np.ndarray, " items_plus_1"],
    items: Int64[np.ndarray, " selected"] | None,
    tokens: int,
) -> tuple[Int64[np.ndarray, " scored"], Int64[np.ndarray, " scored"]]:
    """First row of each scored item and the one past its last."""
    offsets = np.ascontiguousarray(offsets)
    check_array("offsets", offsets, np.int64, 1)
    if not len(offsets):
        raise InvalidInputError("offsets must hold one entry more than there are items, got none")
    if items is None:
        begins, ends = offsets[:-1], offsets[1:]
        rising = not len(begins) or bool(
            begins.min() >= 0 and ends.max() <= tokens and np.all(begins <= ends)
        )
    else:
        items = np.ascontiguousarray(items)
        check_array("items", items, np.int64, 1)
        begins, ends = np.empty(len(items), np.int64), np.empty(len(items), np.int64)
        wrong = _kernels.choose_rows(offsets, items, tokens, begins, ends)
        if wrong == 1:
            raise InvalidInputError(
                f"items must be between 0 and {len(offsets) - 2}, got {items.min()} … {items.max()}"
            )
        rising = not wrong
    if not rising:
        raise InvalidInputError(
            f"offsets must rise from 0 to at most the number of vectors, {tokens}"
        )
    return begins, ends


def check_ranges(
    begins: Int64[np.ndarray, " ranges"], ends: Int64[np.ndarray, " ranges"], rows: int
) -> None:
    """Refuse ranges that do not lie within so many rows."""
    check_array("begins", begins, np.int64, 1)
    check_array("ends", ends, np.int64, 1)
    if len(begins) != len(ends):
        raise InvalidInputError(
            f"each range has a begin and an end, got {len(begins)} and {len(ends)}"
        )
    if len(begins) and (begins.min() < 0 or ends.max() > rows or bool(np.any(begins > ends))):
        raise InvalidInputError(
            f"ranges must rise within {rows} rows, got {begins.min()} to {ends.max()}"
        )


def checked_kernel(name: str | None) -> str:
    """The kernel of that name, or the fastest; InvalidInputError where there is none."""
    known = available_kernels()
    if name is None:
        return known[0]
    if name not in known:
        raise InvalidInputError(f"this machine runs the kernels {known}, got {name!r}")
    return name


def _bits(
    vectors: Float16[np.ndarray, "tokens dim"] | Float32[np.ndarray, "tokens dim"],
) -> Shaped[np.ndarray, "tokens dim"]:
    """Half precision as integers: the extension's array type knows no halves."""
    return vectors.view(np.uint16) if vectors.dtype == np.float16 else vectors
