"""Residual k-means against scikit-learn's Lloyd rounds from the same starts, level by level."""

import numpy as np
import pytest

from trovato.core import generator
from trovato.ops.quantization import fit_residual_quantizer, relative_error


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_error_is_that_of_scikit_learn(seed: int) -> None:
    cluster = pytest.importorskip("sklearn.cluster")
    random = np.random.default_rng(seed)
    centres = random.standard_normal((60, 16))
    vectors = centres[random.integers(60, size=1500)] + 0.4 * random.standard_normal((1500, 16))
    ours, codes = fit_residual_quantizer(vectors, levels=3, codes=24, seed=seed)
    left, theirs = vectors.copy(), np.zeros_like(vectors)
    for level in range(3):
        start = generator(seed + level, "k-means, start").permutation(1500)[:24]
        fitted = cluster.KMeans(24, init=left[np.sort(start)], n_init=1, max_iter=20).fit(left)
        words = fitted.cluster_centers_[fitted.labels_]
        left, theirs = left - words, theirs + words
    error = relative_error(vectors, ours.decode(codes))
    assert error == pytest.approx(relative_error(vectors, theirs), rel=0.02)
