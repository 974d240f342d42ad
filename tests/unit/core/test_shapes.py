"""Shapes are checked where jaxtyping is, as here, and nothing waits for it elsewhere."""

from __future__ import annotations

import subprocess
import sys

import jaxtyping
import numpy as np
import pytest

from trovato.core import shapes
from trovato.ops import top_k


def test_all_types_are_those_of_jaxtyping_here() -> None:
    assert shapes.CHECKED
    for name in set(shapes.__all__) - {"CHECKED"}:
        assert getattr(shapes, name) is getattr(jaxtyping, name)


def test_an_array_of_another_shape_is_refused_here() -> None:
    assert top_k(np.array([1.0, 3.0, 2.0], np.float32), range(3), 2).tolist() == [1, 2]
    with pytest.raises(jaxtyping.TypeCheckError):
        top_k(np.zeros((2, 2), np.float32), range(2), 2)


def test_elsewhere_they_are_plain_arrays() -> None:
    program = """
import sys, numpy as np
from trovato.core import shapes
for name in set(shapes.__all__) - {"CHECKED"}:
    assert getattr(shapes, name)[np.ndarray, "a b"] is np.ndarray
assert not shapes.CHECKED
assert "jaxtyping" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
