"""Whatever ids there are: a prefix is followed by just what follows it in some id."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.index.trie import IdTrie

SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)


@st.composite
def ids(draw: st.DrawFn) -> tuple[tuple[int, ...], np.ndarray]:
    sizes = draw(SIZES)
    many = draw(st.integers(1, 30))
    random = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    codes = np.stack([random.integers(size, size=many) for size in sizes], axis=1)
    return sizes, codes.astype(np.int64)


@given(ids())
def test_children_and_members_are_those_of_a_dictionary(
    made: tuple[tuple[int, ...], np.ndarray],
) -> None:
    sizes, codes = made
    trie = IdTrie.of(codes, sizes)
    rows = [tuple(row) for row in codes.tolist()]
    for depth, size in enumerate(sizes):
        prefixes = trie.prefixes(depth)
        assert [tuple(one) for one in prefixes.tolist()] == sorted({row[:depth] for row in rows})
        strays = (
            np.stack([np.arange(3) % max(one, 1) for one in sizes[:depth]], axis=1)[:3]
            if (depth)
            else prefixes
        )
        asked = np.concatenate([prefixes, strays.astype(np.int64)])
        mask = trie.allowed(asked)
        assert mask.shape == (len(asked), size)
        for prefix, allowed in zip(asked.tolist(), mask, strict=True):
            wanted = {row[depth] for row in rows if row[:depth] == tuple(prefix)}
            assert set(np.flatnonzero(allowed).tolist()) == wanted
    found, items = trie.members(codes)
    for row, one in enumerate(rows):
        assert items[found == row].tolist() == [n for n, other in enumerate(rows) if other == one]


def test_ids_beyond_32_bits() -> None:
    codes = np.array([[70_000, 70_001], [70_000, 3], [0, 70_001]], np.int64)
    trie = IdTrie.of(codes, (80_000, 80_000))
    assert np.flatnonzero(trie.allowed(np.array([[70_000]]))[0]).tolist() == [3, 70_001]
    assert trie.members(codes)[1].tolist() == [0, 1, 2]


def test_the_largest_code_of_32_bits_has_children() -> None:
    codes = np.array([[255, 255, 255, 255], [255, 255, 255, 0]], np.int64)
    trie = IdTrie.of(codes, (256,) * 4)
    assert np.flatnonzero(trie.allowed(np.array([[255, 255, 255]]))[0]).tolist() == [0, 255]


def test_what_is_no_id_is_refused() -> None:
    for codes, sizes in (
        (np.zeros((0, 2), np.int64), (2, 2)),
        (np.array([[0, 2]]), (2, 2)),
        (np.array([[0, 0]]), (2,)),
        (np.array([[0, 0, 0]]), (1 << 30,) * 3),
    ):
        with pytest.raises(InvalidInputError):
            IdTrie.of(codes, sizes)
    trie = IdTrie.of(np.array([[0, 1]]), (2, 2))
    with pytest.raises(InvalidInputError, match="nothing follows"):
        trie.allowed(np.array([[0, 1]]))


def test_a_million_ids_take_less_than_20_megabytes() -> None:
    random = np.random.default_rng(0)
    trie = IdTrie.of(random.integers(0, 256, (1_000_000, 4)), (256,) * 4)
    assert trie.nbytes <= 20e6
