from __future__ import annotations

import numpy as np
import pytest

from trovato.ops import seize_scores


def test_gains_and_losses_count_again() -> None:
    after, before = np.array([0.5, 0.5, 0.5]), np.array([0.4, 0.5, 0.6])
    assert seize_scores(after, before) == pytest.approx([0.513, 0.5, 0.29])
    assert seize_scores(after, before, 0.0, 0.0).tolist() == after.tolist()
