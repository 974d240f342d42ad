import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.ops import Bm25

_TEXTS = st.lists(st.lists(st.sampled_from("abcd"), max_size=8), min_size=1, max_size=8)


def _plain(documents: list[list[str]], query: list[str], k1: float, b: float) -> list[float]:
    """Equation 3.15 of Robertson and Zaragoza, one document and one term at a time."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in set(query):
            held = sum(term in other for other in documents)
            count = document.count(term)
            if count:
                idf = math.log(1 + (len(documents) - held + 0.5) / (held + 0.5))
                length = 1 - b + b * len(document) / mean
                score += idf * count * (k1 + 1) / (count + k1 * length)
        scores.append(score)
    return scores


@given(_TEXTS, st.lists(st.sampled_from("abcde"), max_size=5), st.floats(0, 3), st.floats(0, 1))
def test_equals_the_formula(
    documents: list[list[str]], query: list[str], k1: float, b: float
) -> None:
    found = Bm25(documents, k1=k1, b=b).scores(query)
    np.testing.assert_allclose(found, _plain(documents, query, k1, b), rtol=1e-5)


def test_nothing_to_search() -> None:
    assert len(Bm25([])) == 0
    assert Bm25([]).scores(["a"]).tolist() == []


@pytest.mark.parametrize(("k1", "b"), [(-1.0, 0.5), (1.0, 1.5)])
def test_parameters_outside_their_range(k1: float, b: float) -> None:
    with pytest.raises(InvalidInputError, match="BM25"):
        Bm25([["a"]], k1=k1, b=b)
