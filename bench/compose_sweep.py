"""How alpha and beta decide, from a file of vectors: a grid on the validation half alone.

    python bench/compose.py --work WORK --shared DATA --parts emoji --features emoji.npz
    python bench/compose_sweep.py emoji.npz

Told are R@1 on one half of the queries for alpha in 0 … .3 and beta in 0 … .7, the best point of
that half, and what it is worth on the other half, beside the paper's presets. The file holds
`pictures` (n, dim) and `ids`; of each query `description`, `reference`, `modification` (queries,
dim), `reference_ids`, and `targets`, as JSON.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from compose_scored import Scored, score
from trovato.core import generator
from trovato.data.datasets import ComposedQuery
from trovato.ops import QueryParts
from trovato.systems.sdr_cir import PRESETS

ALPHAS = np.round(np.arange(0, 0.31, 0.05), 2)
BETAS = np.round(np.arange(0, 0.71, 0.1), 2)


def save_features(path: Path, scored: Scored, pictures: np.ndarray) -> None:
    """The vectors behind rankings, as this script reads them."""
    np.savez_compressed(
        path,
        pictures=pictures,
        ids=scored.ids,
        reference_ids=[query.reference for query in scored.queries],
        targets=[json.dumps(query.targets) for query in scored.queries],
        description=np.stack([one.description for one in scored.parts]),
        reference=np.stack([one.reference for one in scored.parts]),
        modification=np.stack([one.modification for one in scored.parts]),
    )


def read_features(path: Path) -> Scored:
    with np.load(path) as found:
        arrays = dict(found)
    queries = [
        ComposedQuery(f"{place}", str(reference), "", tuple(json.loads(str(targets))))
        for place, (reference, targets) in enumerate(
            zip(arrays["reference_ids"], arrays["targets"], strict=True)
        )
    ]
    sides = (arrays[name] for name in ("description", "reference", "modification"))
    parts = [QueryParts(*vectors) for vectors in zip(*sides, strict=True)]
    pictures = arrays["pictures"].astype(np.float32)
    silent = np.zeros((len(queries), pictures.shape[1]), np.float32)
    return score([str(one) for one in arrays["ids"]], pictures, queries, parts, silent)


def first_is_right(scored: Scored, alpha: float, beta: float) -> np.ndarray:
    run = scored.run(scored.sdr(alpha, beta))
    return np.array([run[query.id][0] in query.targets for query in scored.queries])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("features", type=Path)
    parser.add_argument("--seed", type=int, default=0, help="which half validates")
    options = parser.parse_args()
    scored = read_features(options.features)
    order = generator(options.seed, "halves of the queries").permutation(len(scored.queries))
    validation, test = np.array_split(order, 2)
    right = {
        (float(alpha), float(beta)): first_is_right(scored, float(alpha), float(beta))
        for alpha in ALPHAS
        for beta in BETAS
    }
    print(f"R@1 on {len(validation)} queries of validation; alpha down, beta across")
    print("      " + " ".join(f"{beta:5.2f}" for beta in BETAS))
    for alpha in ALPHAS:
        row = (right[float(alpha), float(beta)][validation].mean() for beta in BETAS)
        print(f"{alpha:5.2f} " + " ".join(f"{one:5.3f}" for one in row))
    best = max(right, key=lambda point: float(right[point][validation].mean()))
    print(f"chosen on validation: alpha {best[0]:g}, beta {best[1]:g}")
    print(f"on {len(test)} other queries: {right[best][test].mean():.3f}")
    for name, preset in PRESETS.items():
        found = first_is_right(scored, preset.alpha, preset.beta)[test].mean()
        print(f"  preset {name} ({preset.alpha:g}, {preset.beta:g}): {found:.3f}")


if __name__ == "__main__":
    main()
