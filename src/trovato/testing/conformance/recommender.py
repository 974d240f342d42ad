"""The laws of a recommender."""

from __future__ import annotations

import numpy as np

from trovato.core import Recommender, Sequences


def check_recommender(recommender: Recommender, histories: Sequences) -> None:
    """Assert what every recommender promises.

    Parameters
    ----------
    recommender
        What is tested.
    histories
        Some users of its catalogue; at least two, and one with an empty history.

    Raises
    ------
    AssertionError
        If a score is NaN or changes when asked again, tiles depend on where they are cut or differ
        from pairs, a user's scores depend on neighbours in the block, or the tests have too few
        users to see that.
    """
    users, items = len(histories), recommender.items
    assert users > 1, "two users are needed to see whether they disturb each other"
    assert (histories.lengths == 0).any(), "one user must have an empty history"
    scores = np.array(recommender.score(histories).tile(0, items))
    assert scores.shape == (users, items), f"a tile has shape {scores.shape}"
    assert scores.dtype == np.float32, f"scores are {scores.dtype}"
    assert not np.isnan(scores).any(), "a score is NaN"
    scored = recommender.score(histories)
    cut = items // 3
    parts = [scored.tile(0, cut), scored.tile(cut, items)]
    assert _near(np.concatenate(parts, axis=1), scores), "tiles depend on where they are cut"
    rows, columns = np.divmod(np.arange(users * items), items)
    assert _near(scored.pairs(rows, columns), scores.ravel()), "pairs differ from tiles"
    for user in range(users):
        alone = recommender.score(histories.take(np.array([user]))).tile(0, items)
        assert _near(alone[0], scores[user]), f"user {user} scores differently alone"


def _near(found: np.ndarray, wanted: np.ndarray) -> bool:
    return bool(np.allclose(found, wanted, rtol=1e-4, atol=1e-5))
