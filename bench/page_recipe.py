"""The recipe on page images: what a tiny vision language model learns from planted pages.

A page is a grid of glyphs, each drawn by its code; a question asks for two codes that stand on the
page. A tiny Qwen3-VL of random weights (64 dimensions) is trained from pairs, and finds the pages
of unseen ones.

Usage: python bench/page_recipe.py [--steps 600] [--only late,pooled,…]
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from trovato.encode.late_interaction import PageImageEncoder
from trovato.ops import maxsim
from trovato.testing.models.tiny_vlm import save_tiny_vlm
from trovato.train.encoder import EncoderTraining, TrainingPair, train_page_encoder

CODES, CELLS, SIDE = 24, 6, 32  # glyphs there are, of a page, and their size in pixels
LETTERS = "abcdefghijklmnopqrstuvwx"


def glyphs() -> np.ndarray:
    """Pictures `(codes, side, side)` of 4 × 4 black and white squares."""
    random = np.random.default_rng(0)
    cells = random.permutation(2**16)[:CODES]
    bits = (cells[:, None] >> np.arange(16)) & 1
    return np.kron(bits.reshape(-1, 4, 4), np.ones((1, SIDE // 4, SIDE // 4))) * 255


def planted(folder: Path, count: int, seed: int, *, near: bool) -> list[TrainingPair]:
    """Pages of 3 × 2 glyphs; with `near`, a pair's negative is a page that has one of its codes."""
    random, drawn = np.random.default_rng(seed), glyphs()
    pages = [random.choice(CODES, CELLS, replace=False) for _ in range(count)]
    names = [f"{seed}-{at}.png" for at in range(count)]
    for name, page in zip(names, pages, strict=True):
        rows = [np.concatenate(drawn[page[first : first + 2]], axis=1) for first in (0, 2, 4)]
        Image.fromarray(np.concatenate(rows).astype(np.uint8)).convert("RGB").save(folder / name)
    found = []
    for at, page in enumerate(pages):
        asked = random.choice(page, 2, replace=False)
        shared = [len(set(asked) & set(other)) for other in pages]
        others = [n for n in range(count) if shared[n] == 1] if near else []
        pool = others or [n for n in range(count) if n != at and shared[n] < 2]
        negative = names[int(random.choice(pool))]
        right = tuple(names[n] for n in [at, *(n for n in range(count) if shared[n] == 2 != at)])
        query = " ".join(LETTERS[code] for code in asked)
        found.append(TrainingPair(query, tuple(dict.fromkeys(right)), (negative,)))
    return found


def recall(folder: Path, images: Path, pairs: list[TrainingPair], *, pooled: bool) -> float:
    """Share of questions whose best page has both codes."""
    encoder = PageImageEncoder(folder)
    names = [pair.positives[0] for pair in pairs]
    pages = [one.values for one in encoder.encode_images(Image.open(images / n) for n in names)]
    asked = [encoder.encode_query(pair.query).values for pair in pairs]
    if pooled:
        pages, asked = ([one.mean(0, keepdims=True) for one in some] for some in (pages, asked))
        pages = [one / np.linalg.norm(one) for one in pages]
    best = [names[int(maxsim(one, pages).argmax())] for one in asked]
    return float(np.mean([name in pair.positives for name, pair in zip(best, pairs, strict=True)]))


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--only", default="late,pooled,bidirectional,random,mined")
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    config = EncoderTraining(
        steps=options.steps,
        batch=24,
        chunk=24,
        negatives=0,
        learning_rate=options.learning_rate,
        warm_up=10,
    )
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        base = save_tiny_vlm(root / "base", "ColQwen3", width=2)
        both_ways = shutil.copytree(base, root / "both")
        said = json.loads((base / "config.json").read_text())
        said["text_config"]["is_causal"] = False
        (both_ways / "config.json").write_text(json.dumps(said))
        plain = planted(root, 1500, 1, near=False)
        near = planted(root, 1500, 1, near=True)
        unseen = planted(root, 100, 2, near=False)
        runs = {
            "late": (base, plain, config),
            "pooled": (base, plain, replace(config, pooled=True)),
            "bidirectional": (both_ways, plain, config),
            "random": (base, plain, replace(config, negatives=1)),
            "mined": (base, near, replace(config, negatives=1)),
        }
        print(f"random weights: {recall(base, root, unseen, pooled=False):.3f}", flush=True)
        for name in options.only.split(","):
            source, pairs, how = runs[name]
            start = time.process_time()
            made = train_page_encoder(source, root / name, pairs, how, images=root)
            found = recall(made.folder, root, unseen, pooled=how.pooled)
            print(
                f"{name:14s} recall@1 {found:.3f}, loss {np.mean(made.losses[-10:]):.3f}, "
                f"{time.process_time() - start:.0f} s of CPU",
                flush=True,
            )


if __name__ == "__main__":
    main()
