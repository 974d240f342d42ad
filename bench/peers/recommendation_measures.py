"""Measures of recommendation by other libraries, run by the Python that has them.

Reads cases as JSON on standard input and answers with means by library and measure.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def rectools(best: list[list[int]], wanted: list[list[int]], k: int) -> dict[str, float]:
    import pandas as pd
    from rectools.metrics import MAP, MRR, NDCG, Precision, Recall

    reco = pd.DataFrame(
        [(user, item, rank) for user, row in enumerate(best) for rank, item in enumerate(row, 1)],
        columns=["user_id", "item_id", "rank"],
    )
    truth = pd.DataFrame(
        [(user, item) for user, row in enumerate(wanted) for item in sorted(set(row))],
        columns=["user_id", "item_id"],
    )
    kinds = {"nDCG": NDCG, "R": Recall, "P": Precision, "AP": MAP, "RR": MRR}
    return {name: float(kind(k=k).calc(reco, truth)) for name, kind in kinds.items()}


def replay(best: list[list[int]], wanted: list[list[int]], k: int) -> dict[str, float]:
    from replay.metrics import MAP, MRR, NDCG, Precision, Recall

    reco = {
        user: [(item, -float(rank)) for rank, item in enumerate(row)]
        for user, row in enumerate(best)
    }
    truth = dict(enumerate(wanted))
    kinds = {"nDCG": NDCG, "R": Recall, "P": Precision, "AP": MAP, "RR": MRR}
    return {name: float(next(iter(kind(k)(reco, truth).values()))) for name, kind in kinds.items()}


def recbole(best: list[list[int]], wanted: list[list[int]], k: int) -> dict[str, float]:
    import numpy as np

    vars(np)["float"] = float  # RecBole 1.2 still uses a name that NumPy gave up
    from recbole.evaluator.metrics import MAP, MRR, NDCG, Precision, Recall

    users = [user for user, row in enumerate(wanted) if row]
    hits = np.array([[item in wanted[user] for item in best[user][:k]] for user in users])
    counts = np.array([len(set(wanted[user])) for user in users])
    found = {}
    for name, kind, inputs in (
        ("nDCG", NDCG, (hits, counts)),
        ("R", Recall, (hits, counts)),
        ("P", Precision, (hits,)),
        ("AP", MAP, (hits, counts)),
        ("RR", MRR, (hits,)),
    ):
        metric: Any = kind.__new__(kind)  # its arithmetic alone, without an experiment's settings
        found[name] = float(metric.metric_info(*inputs)[:, k - 1].mean())
    return found


def main() -> None:
    answers = []
    for case in json.load(sys.stdin):
        answer: dict[str, Any] = {}
        for library in (rectools, replay, recbole):
            try:
                answer[library.__name__] = library(**case)
            except Exception as error:
                answer[library.__name__] = f"{type(error).__name__}: {error}"
        answers.append(answer)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
