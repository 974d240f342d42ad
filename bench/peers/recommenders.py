"""Recommenders of other libraries, run by the Python that has them.

Reads training pairs in their order and the users to rank for; writes the best 20 items of each.
"""

from __future__ import annotations

import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

K, DIM = 20, 64


def ials(
    users: np.ndarray,
    items: np.ndarray,
    tested: np.ndarray,
    repeats: bool,
    catalogue: int,
    seed: int,
) -> np.ndarray:
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    ones = np.ones(len(items), np.float32)
    matrix = csr_matrix((ones, (users, items)), (int(users.max()) + 1, catalogue))
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=DIM, regularization=0.01, alpha=1.0, iterations=15, random_state=seed,
            num_threads=1,
        )  # fmt: skip
        model.fit(matrix, show_progress=False)
        best, _ = model.recommend(
            tested, matrix[tested], N=K, filter_already_liked_items=not repeats
        )
    return np.asarray(best)


def sasrec(
    users: np.ndarray, items: np.ndarray, tested: np.ndarray, repeats: bool, seed: int, epochs: int
) -> np.ndarray:
    import pandas as pd
    import torch
    from pytorch_lightning import seed_everything
    from rectools import Columns
    from rectools.dataset import Dataset
    from rectools.models import SASRecModel

    torch.set_num_threads(1)
    seed_everything(seed)
    rows = pd.DataFrame(
        {
            Columns.User: users,
            Columns.Item: items,
            Columns.Weight: 1.0,
            Columns.Datetime: pd.Timestamp("2025-01-01")
            + pd.to_timedelta(np.arange(len(items)), unit="s"),
        }
    )
    data = Dataset.construct(rows)
    model = SASRecModel(
        n_blocks=2, n_heads=1, n_factors=DIM, dropout_rate=0.2, session_max_len=50, loss="softmax",
        lr=1e-3, batch_size=32, epochs=epochs, deterministic=True, recommend_torch_device="cpu",
    )  # fmt: skip
    model.fit(data)
    enough = np.isin(tested, users[np.isin(users, tested)])
    found = model.recommend(
        users=tested[enough],
        dataset=data,
        k=K,
        filter_viewed=not repeats,
        on_unsupported_targets="ignore",
    )
    best = np.full((len(tested), K), -1, np.int64)
    places = np.searchsorted(tested, found[Columns.User].to_numpy())
    best[places, found[Columns.Rank].to_numpy() - 1] = found[Columns.Item].to_numpy()
    return best


def main() -> None:
    model, given, answer, seed, epochs = sys.argv[1:]
    with np.load(given) as stored:
        users, items, tested = stored["users"], stored["items"], stored["tested"]
        catalogue, repeats = int(stored["catalogue"]), bool(stored["repeats"])
    begin = time.process_time()
    if model == "iALS":
        best = ials(users, items, tested, repeats, catalogue, int(seed))
    else:
        best = sasrec(users, items, tested, repeats, int(seed), int(epochs))
    np.savez(answer, best=best, seconds=time.process_time() - begin)


if __name__ == "__main__":
    main()
