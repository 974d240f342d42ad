"""The preset `implicit` against the library's evaluation, and `trec` against single rankings."""

import numpy as np
import pytest
from implicit.evaluation import ranking_metrics_at_k
from scipy.sparse import csr_matrix

from trovato.core import Sequences
from trovato.evaluate import NDCG, AveragePrecision, Precision, Recall, ReciprocalRank, Success
from trovato.evaluate.recommendation import CONVENTIONS, MetricAccumulator

USERS, ITEMS, K = 60, 40, 7


@pytest.fixture
def lists() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    best = np.stack([random.permutation(ITEMS)[:K] for _ in range(USERS)])
    wanted = random.random((USERS, ITEMS)) < random.random((USERS, 1)) * 0.4
    wanted[:5] = False
    return best, wanted


def pairs(wanted: np.ndarray) -> Sequences:
    users, items = np.nonzero(wanted)
    return Sequences.of(users, items, len(wanted))


class Fixed:
    """Recommends what it was told."""

    def __init__(self, best: np.ndarray) -> None:
        self.best = best

    def recommend(
        self,
        users: np.ndarray,
        seen: object,
        N: int,  # noqa: N803 (the library's name)
        **options: object,
    ) -> tuple[np.ndarray, np.ndarray]:
        return self.best[users][:, :N].astype(np.int32), np.zeros((len(users), N), np.float32)


def test_implicit(lists: tuple[np.ndarray, np.ndarray]) -> None:
    best, wanted = lists
    truth = csr_matrix(wanted.astype(np.float32))
    nothing = csr_matrix((USERS, ITEMS), dtype=np.float32)
    theirs = ranking_metrics_at_k(Fixed(best), nothing, truth, K=K, show_progress=False)
    tally = MetricAccumulator.empty(
        [Precision(K), AveragePrecision(K), NDCG(K)], CONVENTIONS["implicit"]
    )
    ours = tally.add(np.arange(USERS), best, pairs(wanted)).estimates()
    for mine, their in ((f"P@{K}", "precision"), (f"AP@{K}", "map"), (f"nDCG@{K}", "ndcg")):
        assert ours[mine].mean == pytest.approx(theirs[their], rel=0, abs=1e-9), their


@pytest.mark.parametrize(
    "kind", [NDCG, AveragePrecision, Precision, Recall, ReciprocalRank, Success]
)
def test_blocks_are_means_of_single_rankings(
    kind: type, lists: tuple[np.ndarray, np.ndarray]
) -> None:
    best, wanted = lists
    for k in (1, 3, K):
        measure = kind(k)
        tally = MetricAccumulator.empty([measure]).add(np.arange(USERS), best, pairs(wanted))
        single = [
            measure([str(item) for item in ranking], {str(item): 1 for item in np.flatnonzero(row)})
            for ranking, row in zip(best, wanted, strict=True)
            if row.any()
        ]
        assert tally.users == len(single)
        assert tally.estimates()[str(measure)].mean == pytest.approx(np.mean(single), abs=1e-12)
