"""Fit the projection of multilingual-e5-small's 384 dimensions to 128 for late interaction.

The principal directions of the token vectors of ordinary paragraphs, as `fit_projection.py` finds
them for MiniLM; each file of paragraphs weighs the same.

    python tools/fit_e5_projection.py english.json chinese.jsonl --out projection.npy

A file is a JSON list or JSON lines with `text`. The shipped projection was fitted on 150 paragraphs
of 2WikiMultihopQA (Apache-2.0) and 150 articles of Chinese statutes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from fit_projection import principal
from trovato.encode.multilingual import MultilingualE5Encoder


def second_moment(encoder: MultilingualE5Encoder, texts: list[str]) -> np.ndarray:
    """Of the unit vectors of words, with length 1 in all."""
    moment = np.zeros((encoder.dim, encoder.dim))
    for text, found in zip(texts, encoder.encode(texts), strict=True):
        assert found.spans is not None
        words = [any(map(str.isalnum, text[a:b])) for a, b in found.spans.tolist()]
        vectors = found.values[words].astype(np.float64)
        moment += vectors.T @ vectors
    made: np.ndarray = moment / np.trace(moment)
    return made


def read_texts(path: Path, sample: int, seed: int) -> list[str]:
    """Some texts of a file."""
    written = path.read_text("utf-8")
    rows = json.loads(written) if written.startswith("[") else map(json.loads, written.splitlines())
    texts = [row["text"] for row in rows]
    return [texts[i] for i in np.random.default_rng(seed).permutation(len(texts))[:sample]]


def main() -> None:
    """Parse the command line, fit and save."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paragraphs", type=Path, nargs="+", help="JSON list or lines with `text`")
    parser.add_argument("--out", type=Path, required=True, help="the .npy to write")
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--sample", type=int, default=150, help="texts of each file")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    encoder = MultilingualE5Encoder(threads=1, projection=None)
    moments = []
    for path in options.paragraphs:
        texts = read_texts(path, options.sample, options.seed)
        moments.append(second_moment(encoder, texts))
    moment = np.mean(moments, axis=0)
    kept = principal(moment, options.dim)
    print(f"{options.dim} dimensions keep {np.trace(kept.T @ moment @ kept):.3f} of the length")
    np.save(options.out, kept.astype(np.float16))


if __name__ == "__main__":
    main()
