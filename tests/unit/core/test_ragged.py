import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError, RaggedVectors, generator


@given(st.lists(st.integers(0, 7), min_size=1, max_size=20))
def test_stacking_and_indexing_give_back_the_parts(lengths: list[int]) -> None:
    draw = generator(0, "ragged test")
    parts = [draw.standard_normal((length, 3)).astype(np.float32) for length in lengths]
    ragged = RaggedVectors.stack(parts)
    assert len(ragged) == len(parts)
    assert ragged.dim == 3
    for part, back in zip(parts, ragged, strict=True):
        np.testing.assert_array_equal(part, back)


@pytest.mark.parametrize("offsets", [[0, 2], [1, 3], [0, 3, 2, 3], []])
def test_offsets_that_do_not_describe_the_rows_are_refused(offsets: list[int]) -> None:
    with pytest.raises(InvalidInputError):
        RaggedVectors(np.zeros((3, 2), np.float32), np.array(offsets, np.int64))


def test_an_item_that_is_not_there_is_an_index_error() -> None:
    ragged = RaggedVectors.stack([np.zeros((1, 2), np.float32)])
    with pytest.raises(IndexError, match="item 1 of 1"):
        ragged[1]


def test_two_purposes_do_not_share_a_stream() -> None:
    one, two = generator(3, "one").random(4), generator(3, "two").random(4)
    assert not np.allclose(one, two)
    np.testing.assert_array_equal(one, generator(3, "one").random(4))
