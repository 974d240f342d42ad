from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from trovato.core import InvalidInputError
from trovato.ops import Int8Vectors, int8_quantize, quantise_fp16

NUMBERS = st.floats(-(2.0**100), 2.0**100, width=32)


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, min_side=0), elements=NUMBERS))
def test_no_component_is_off_by_more_than_half_a_scale(values: np.ndarray) -> None:
    vectors = int8_quantize(values)
    assert len(vectors) == len(values)
    error = np.abs(vectors.dequantise().astype(np.float64) - values)
    smallest = 127 * float(np.finfo(np.float32).smallest_subnormal)
    assert np.all(error <= 0.5001 * vectors.scales[:, None] + smallest)


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2), elements=NUMBERS))
def test_it_is_symmetric(values: np.ndarray) -> None:
    there, back = int8_quantize(values), int8_quantize(-values)
    assert np.array_equal(there.codes, -back.codes)
    assert np.array_equal(there.scales, back.scales)


@given(arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=NUMBERS))
def test_codes_and_scales_are_those_of_plain_numpy(values: np.ndarray) -> None:
    scales = (np.abs(values).max(axis=1) / 127).astype(np.float32)[:, None]
    steps = np.divide(values, scales, out=np.zeros_like(values), where=scales > 0)
    vectors = int8_quantize(values)
    assert np.array_equal(vectors.scales, scales[:, 0])
    assert np.array_equal(vectors.codes, np.clip(np.rint(steps), -127, 127))


def test_the_largest_component_becomes_127() -> None:
    vectors = int8_quantize(np.array([[0.5, -2, 1], [0, 0, 0]], np.float32))
    assert vectors.codes.tolist() == [[32, -127, 64], [0, 0, 0]]
    assert vectors.scales.tolist() == pytest.approx([2 / 127, 0])


def test_a_slice_is_a_view() -> None:
    vectors = int8_quantize(np.eye(4, dtype=np.float32))
    assert vectors[1:3].dequantise().tolist() == np.eye(4)[1:3].tolist()
    assert vectors[1:3].codes.base is vectors.codes


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite(number: float) -> None:
    with pytest.raises(InvalidInputError, match="finite"):
        int8_quantize(np.array([[1, number]], np.float32))


def test_one_scale_per_vector() -> None:
    with pytest.raises(InvalidInputError, match="one scale"):
        Int8Vectors(np.zeros((2, 3), np.int8), np.zeros(1, np.float32))


def test_half_precision_rounds_up_to_its_end() -> None:
    assert quantise_fp16(np.array([[65_504, -1 / 3]], np.float32)).tolist() == [
        [65_504, -0.333251953125]
    ]


@pytest.mark.parametrize("number", [65_520, -1e5, np.inf, np.nan])
def test_what_half_precision_cannot_hold(number: float) -> None:
    with pytest.raises(InvalidInputError, match="65504"):
        quantise_fp16(np.array([[1, number]], np.float32))
