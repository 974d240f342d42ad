from __future__ import annotations

import numpy as np
import pytest

from trovato.encode.images import CaptionEncoder
from trovato.testing import WordEncoder


def test_words_decide() -> None:
    captions = CaptionEncoder(WordEncoder())
    same, plural, order, other, empty = captions.encode_texts(
        ["red shoe", "Red shoes", "shoe, red", "blue hat", ""]
    )
    assert len(same) == captions.dim
    assert np.linalg.norm(same) == pytest.approx(1)
    assert not empty.any()
    assert same[:512] == pytest.approx(plural[:512])
    assert same == pytest.approx(order, abs=1e-6)
    assert same @ other < 0.3 < same @ plural


def test_no_texts() -> None:
    captions = CaptionEncoder(WordEncoder())
    assert captions.encode_texts([]).shape == (0, captions.dim)
