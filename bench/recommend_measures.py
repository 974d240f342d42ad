"""Our measures under the presets of other libraries, against these libraries themselves.

    python -m venv peers && peers/bin/pip install rectools replay-rec recbole
    python bench/recommend_measures.py peers/bin/python

Prints the largest difference for each library and measure over drawn cases: more and fewer wanted
items than places, users who want nothing, and (for RePlay) items wanted twice.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Sequences, generator
from trovato.evaluate import NDCG, AveragePrecision, Precision, Recall, ReciprocalRank
from trovato.evaluate.recommendation import CONVENTIONS, MetricAccumulator

PEER = Path(__file__).parent / "peers" / "recommendation_measures.py"
USERS, ITEMS, DEEP = 200, 60, 10


def cases() -> list[dict[str, Any]]:
    random = generator(0, "cases of recommendation")
    drawn = []
    for k in (1, 3, 5, DEEP):
        share = random.random(USERS) * 0.5
        share[:10] = 0
        wanted = [np.flatnonzero(random.random(ITEMS) < one).tolist() for one in share]
        twice = [row + row[:2] for row in wanted]
        best = [random.permutation(ITEMS)[:DEEP].tolist() for _ in range(USERS)]
        drawn.append({"best": best, "wanted": twice, "k": k})
    return drawn


def ours(preset: str, case: dict[str, Any]) -> dict[str, float]:
    k = case["k"]
    lengths = [len(row) for row in case["wanted"]]
    targets = Sequences(
        np.concatenate([np.array(row, np.int64) for row in case["wanted"]]),
        np.concatenate([[0], np.cumsum(lengths)]),
    )
    measures = [NDCG(k), Recall(k), Precision(k), AveragePrecision(k), ReciprocalRank(k)]
    tally = MetricAccumulator.empty(measures, CONVENTIONS[preset], resamples=1)
    means = tally.add(np.arange(USERS), np.array(case["best"]), targets).estimates()
    return {name.split("@")[0]: one.mean for name, one in means.items()}


def main() -> None:
    drawn = cases()
    ran = subprocess.run(
        [sys.argv[1], str(PEER)],
        input=json.dumps(drawn),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(ran.stdout[ran.stdout.index("[{") :])
    for library in answers[0]:
        failed = [answer[library] for answer in answers if isinstance(answer[library], str)]
        if failed:
            print(f"{library:10} did not run: {failed[0]}")
            continue
        for name in answers[0][library]:
            worst = max(
                abs(ours(library, case)[name] - answer[library][name])
                for case, answer in zip(drawn, answers, strict=True)
            )
            print(f"{library:10} {name:5} {worst:.1e}")


if __name__ == "__main__":
    main()
