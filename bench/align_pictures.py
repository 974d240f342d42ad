"""Which map from features of pictures to captions foretells a caption best.

    python bench/align_pictures.py --work WORK --shared DATA

After `bench/compose.py`, whose features it reads. A fifth of the pictures is held out; told is the
share of them whose own caption is among the 1 and 10 nearest to what their picture foretells. Ridge
regression (ours), canonical correlations, and a linear head trained by the contrastive loss of CLIP
(extra `models`).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trovato.core import generator
from trovato.data import digest
from trovato.data.pictures import read_captions
from trovato.encode import MiniLMEncoder
from trovato.encode.images import CaptionEncoder, EmbeddedSpace, Lite0Encoder
from trovato.library.pictures.feature_cache import FeatureCache
from trovato.ops import l2_normalize

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
Fit = Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray, np.ndarray], np.ndarray]]


def ridge(penalty: float) -> Fit:
    def fit(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        center, level = x.mean(axis=0), y.mean(axis=0)
        square = (x - center).T @ (x - center) + penalty * len(x) * np.eye(x.shape[1])
        found = np.linalg.solve(square, (x - center).T @ (y - level))
        return lambda new, said: cosines((new - center) @ found + level, said)

    return fit


def canonical(penalty: float, dim: int) -> Fit:
    """Regularised CCA: whiten both sides, then the leading singular directions."""

    def fit(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        center, level = x.mean(axis=0), y.mean(axis=0)
        a, b = whitening(x - center, penalty), whitening(y - level, penalty)
        u, s, v = np.linalg.svd(a.T @ (x - center).T @ (y - level) @ b / len(x))
        left, right = a @ u[:, :dim] * s[:dim], b @ v[:dim].T * s[:dim]
        return lambda new, said: cosines((new - center) @ left, (said - level) @ right)

    return fit


def whitening(x: np.ndarray, penalty: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(x.T @ x / len(x) + penalty * np.eye(x.shape[1]))
    return np.asarray(vectors / np.sqrt(values))


def contrastive(steps: int, dim: int) -> Fit:
    def fit(x: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        import torch
        from torch.nn import functional

        torch.manual_seed(0)
        torch.set_num_threads(1)
        given, wanted = (torch.from_numpy(one.astype(np.float32)) for one in (x, y))
        left, right = torch.nn.Linear(x.shape[1], dim), torch.nn.Linear(y.shape[1], dim)
        heat = torch.nn.Parameter(torch.tensor(2.5))
        learnt = [*left.parameters(), *right.parameters(), heat]
        optimizer = torch.optim.AdamW(learnt, lr=1e-3, weight_decay=0.1)
        for _ in range(steps):
            some = torch.randint(len(x), (256,))
            one = functional.normalize(left(given[some]), dim=1)
            other = functional.normalize(right(wanted[some]), dim=1)
            scores = heat.exp() * one @ other.T
            own = torch.arange(len(some))
            loss = functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        def score(new: np.ndarray, said: np.ndarray) -> np.ndarray:
            with torch.no_grad():
                sides = (
                    left(torch.from_numpy(new.astype(np.float32))),
                    right(torch.from_numpy(said.astype(np.float32))),
                )
            return cosines(sides[0].numpy(), sides[1].numpy())

        return score

    return fit


def cosines(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray(
        l2_normalize(np.asarray(x, np.float32)) @ l2_normalize(np.asarray(y, np.float32)).T
    )


def inputs(part: Path, work: Path) -> tuple[np.ndarray, np.ndarray]:
    entries = json.loads((part / "gallery.json").read_text("utf-8"))
    cache, fingerprint = FeatureCache(work / "features.sqlite"), EmbeddedSpace().fingerprint
    known = (cache.get(fingerprint, digest(part / entry["file"])) for entry in entries)
    features = np.stack([one for one in known if one is not None])
    standard = (features - features.mean(axis=0)) / (features.std(axis=0) + 1e-3)
    colors = (features - features.mean(axis=0))[:, Lite0Encoder.colors]
    x = np.hstack([l2_normalize(standard[:, Lite0Encoder.objects]), l2_normalize(colors)])
    said = read_captions(part / "gallery.json")
    captions = CaptionEncoder(MiniLMEncoder(1))
    return x.astype(np.float64), captions.encode_texts(
        [said[entry["file"]].text for entry in entries]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of development data")
    parser.add_argument("--work", type=Path, required=True, help="folder of `bench/compose.py`")
    options = parser.parse_args()
    maps: dict[str, Fit] = {f"ridge {penalty:g}": ridge(penalty) for penalty in (1e-4, 1e-3, 1e-2)}
    maps |= {f"canonical {penalty:g}, 128": canonical(penalty, 128) for penalty in (1e-4, 1e-3)}
    maps["contrastive, 1500 steps"] = contrastive(1500, 256)
    for name in ("emoji", "fashion"):
        x, y = inputs(options.shared / "sdr-cir" / name, options.work)
        order = generator(0, "held-out pictures").permutation(len(x))
        held, kept = order[: len(x) // 5], order[len(x) // 5 :]
        for title, fit in maps.items():
            begun = time.process_time()
            near = fit(x[kept], y[kept])(x[held], y[held])
            rank = (near > np.diag(near)[:, None] + 1e-6).sum(axis=1)
            print(
                f"{name:8} {title:24} R@1 {(rank < 1).mean():.3f}  R@10 {(rank < 10).mean():.3f}  "
                f"{time.process_time() - begun:.1f} s of CPU",
                flush=True,
            )


if __name__ == "__main__":
    main()
