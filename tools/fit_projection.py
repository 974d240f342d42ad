"""Fit the projection of MiniLM's 384 dimensions to 128 for late interaction.

The principal directions of the token vectors of ordinary paragraphs: of all projections of that
size the one that keeps their inner products best (Eckart and Young, 1936). Not centred, because
MaxSim compares by cosine. `docs/encoder.md` has the figures of the trained projections that did
not do better.

    python tools/fit_projection.py MODEL_FOLDER paragraphs.json projection.npy

`paragraphs.json` is a list of `{"title": …, "text": …}`. The shipped projection was fitted on
2,000 paragraphs of 2WikiMultihopQA (Apache-2.0).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

import minilm_to_onnx
from trovato.encode.wordpiece import WordPieceTokenizer

Array = np.ndarray[Any, Any]


def token_vectors(folder: Path, texts: list[str]) -> Iterator[Array]:
    """Unit vectors of each text's tokens from the full-precision model, `(tokens, hidden)`."""
    session = onnxruntime.InferenceSession(minilm_to_onnx.convert(folder, int8=False))
    tokenizer = WordPieceTokenizer(folder / "tokenizer.json")
    for text in texts:
        pieces = tokenizer(text)
        ids = np.concatenate([[tokenizer.first], pieces.ids[:254], [tokenizer.last]])
        vectors: Array = session.run(["vectors"], {"ids": ids})[0][1:-1]
        # Words alone: punctuation is in the index too, but should not shape the projection.
        yield vectors[[any(map(str.isalnum, text[a:b])) for a, b in pieces.spans[:254]]]


def principal(moment: Array, dim: int) -> Array:
    """The `dim` leading eigenvectors of a second moment, `(hidden, dim)`."""
    directions: Array = np.linalg.eigh(moment)[1][:, ::-1][:, :dim]
    # An eigenvector's sign is free: make its largest component positive.
    largest = directions[np.abs(directions).argmax(0), np.arange(dim)]
    signed: Array = (directions * np.sign(largest)).astype(np.float32)
    return signed


def main() -> None:
    """Parse the command line, fit and save."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="config.json, model.safetensors, tokenizer.json")
    parser.add_argument("paragraphs", type=Path, help='JSON list of {"title", "text"}')
    parser.add_argument("out", type=Path, help="the .npy to write")
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--sample", type=int, default=2000, help="how many paragraphs to use")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    paragraphs = json.loads(options.paragraphs.read_text("utf-8"))
    chosen = np.random.default_rng(options.seed).permutation(len(paragraphs))[: options.sample]
    texts = [f"{paragraphs[i]['title']}\n{paragraphs[i]['text']}" for i in chosen]
    moment: Array = np.zeros((1, 1))
    for vectors in token_vectors(options.folder, texts):
        moment = moment + vectors.T.astype(np.float64) @ vectors
    kept = principal(moment, options.dim)
    share = np.trace(kept.T @ moment @ kept) / np.trace(moment)
    print(f"{options.dim} dimensions keep {share:.3f} of the squared length")
    np.save(options.out, kept)


if __name__ == "__main__":
    main()
