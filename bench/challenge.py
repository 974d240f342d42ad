"""Lists of users for new clips at the size of the VK RecSys Challenge 2025.

    python bench/challenge.py [--clips 47765] [--users 200000] [--candidates 300]

Draws vectors of clips and users, where active users match everything better, and prints processor
time of each step, peak memory, and how far the lists can be from the best ones.
"""

from __future__ import annotations

import argparse
import resource
import time
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np

from trovato.core import generator
from trovato.retrieve.user_targeting import DotProductTargeting
from trovato.systems.vk_lsvd import CHALLENGE, solve


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=int, default=47_765)
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--candidates", type=int, default=300)
    parser.add_argument("--sample", type=float, default=0.1)
    options = parser.parse_args()
    random = generator(0, "challenge at full size")
    clips = random.standard_normal((options.clips, 16), dtype=np.float32)
    users = random.standard_normal((options.users, 16), dtype=np.float32)
    users *= np.exp(0.5 * random.standard_normal((options.users, 1), dtype=np.float32))
    audience = DotProductTargeting(clips, users, np.full(options.users, 1e-3, np.float32))
    lengths = np.linalg.norm(users, axis=1)
    # All that is asked of the log: whose clips, and who is active.
    task: Any = SimpleNamespace(
        protocol=CHALLENGE,
        clips=np.arange(options.clips),
        experiment=SimpleNamespace(histories=SimpleNamespace(lengths=lengths)),
    )
    begun = {"": time.process_time()}

    def tell(what: str, *_: int) -> None:
        begun.setdefault(what, time.process_time())

    ranking = solve(
        task, audience, candidates=options.candidates, sample=options.sample, progress=tell
    )
    begun["end"] = time.process_time()
    names = list(begun)
    for name, after in pairwise(names[1:]):
        print(f"{name:<20} {begun[after] - begun[name]:8.1f} s of processor time")
    counts = np.bincount(ranking.places.ravel(), minlength=options.users)
    print(f"most lists of a user {counts.max()}, users on any list {np.count_nonzero(counts):,}")
    print(f"sum of scores within {ranking.gap:.3%} of the bound over these candidates")
    print(f"places taken by candidates {float((ranking.scores > 0).mean()):.3%}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
