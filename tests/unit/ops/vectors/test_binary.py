from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from trovato.core import InvalidInputError, generator
from trovato.ops import SignVectors, maxsim, pack_signs, unpack_signs
from trovato.testing.conformance.storage.store import unit_vectors


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_signs_come_back(above: np.ndarray) -> None:
    values = np.where(above, np.float32(0.25), np.float32(-3))
    packed = pack_signs(values)
    assert packed.shape == (len(above), (above.shape[1] + 7) // 8)
    signs = unpack_signs(packed, above.shape[1])
    assert signs.codes.tolist() == np.where(above, 1, -1).tolist()
    np.testing.assert_allclose(np.linalg.norm(signs.dequantise(), axis=1), 1, rtol=1e-6)


@given(data=st.data(), dim=st.integers(1, 40))
def test_bits_come_back(data: st.DataObject, dim: int) -> None:
    shape = (3, (dim + 7) // 8)
    packed = data.draw(arrays(np.uint8, shape))
    packed[:, -1] &= 0xFF << (-dim % 8) & 0xFF  # what is left over is 0
    assert pack_signs(unpack_signs(packed, dim).dequantise()).tolist() == packed.tolist()


def test_the_first_component_is_the_highest_bit_and_zero_is_no_sign() -> None:
    values = np.array([[1, -1, 0, -0.0, 2, 0, 0, 0, 5, -5]], np.float32)
    assert pack_signs(values).tolist() == [[0b10001000, 0b10000000]]


@pytest.mark.parametrize("dim", [5, 8, 128])
def test_scores_are_those_of_a_float_query_and_signs(dim: int) -> None:
    random = generator(dim, "binary")
    query, values = unit_vectors(random, 7, dim), unit_vectors(random, 60, dim)
    offsets = np.array([0, 10, 30, 60])
    scores = maxsim(query, unpack_signs(pack_signs(values), dim), offsets)
    products = query @ np.where(values > 0, 1, -1).T / np.sqrt(dim)
    wanted = [products[:, start:end].max(axis=1).sum() for start, end in pairwise(offsets)]
    # The query in int8: off by half a scale in each component.
    np.testing.assert_allclose(scores, wanted, atol=7 * np.sqrt(dim) / 254)


def test_what_does_not_fit() -> None:
    packed = pack_signs(np.ones((2, 16), np.float32))
    for dim in (0, 8, 17):
        with pytest.raises(InvalidInputError, match="bytes"):
            unpack_signs(packed, dim)
    with pytest.raises(InvalidInputError, match="finite"):
        pack_signs(np.array([[np.nan]], np.float32))


def test_signs_are_scored_where_they_lie() -> None:
    random = generator(4, "signs of items")
    values = random.standard_normal((50, 13)).astype(np.float32)
    query = random.standard_normal((3, 13)).astype(np.float32)
    packed = pack_signs(values)
    signs, whole = SignVectors(packed, 13), unpack_signs(packed, 13)
    offsets = np.array([0, 7, 7, 30, 50])
    assert len(signs) == 50
    assert maxsim(query, signs, offsets).tolist() == maxsim(query, whole, offsets).tolist()
    assert np.array_equal(signs[3:9].codes, whole.codes[3:9])
    assert np.array_equal(signs.take(np.array([4, 1])).codes, whole.codes[[4, 1]])
    with pytest.raises(InvalidInputError, match="within 50 rows"):
        signs.decode(np.array([3]), np.array([51]))
