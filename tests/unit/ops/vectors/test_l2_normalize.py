from __future__ import annotations

import numpy as np

from trovato.ops import l2_normalize


def test_lengths_become_1_and_zeros_stay() -> None:
    values = np.array([[3, 4], [0, 0], [-2, 0]], np.float32)
    np.testing.assert_allclose(
        l2_normalize(values), [[0.6, 0.8], [0.0, 0.0], [-1.0, 0.0]], rtol=1e-6
    )
    assert l2_normalize(values).dtype == np.float32
