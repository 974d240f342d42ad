"""BERT's forward pass in NumPy.

Source: Devlin et al., "BERT: pre-training of deep bidirectional transformers", 2019.
"""

from __future__ import annotations

import numpy as np

from trovato.core.shapes import Float32, Int64
from trovato.encode.multilingual.e5_weights import E5Weights

Tokens = Float32[np.ndarray, "tokens hidden"]


class NumpyBert:
    """Runs one window at a time, so that neighbours cannot change it; safe in several threads."""

    def __init__(self, weights: E5Weights) -> None:
        self._weights = weights
        tensors = weights.tensors
        # Every token is of the first segment, so that segment's vector joins the positions.
        self._places = (
            tensors["emb.pos"].reshape(-1, weights.hidden)
            + tensors["emb.type"].reshape(-1, weights.hidden)[:1]
        )
        self._joined = [
            (
                np.concatenate([weights.matrix(f"l{layer}.{part}.w") for part in "qkv"]),
                np.concatenate([tensors[f"l{layer}.{part}.b"] for part in "qkv"]),
            )
            for layer in range(weights.layers)
        ]

    def __call__(self, ids: Int64[np.ndarray, " tokens"]) -> Tokens:
        """The last layer's vector of each token, special ones included."""
        x = self._weights.embeddings(ids) + self._places[: len(ids)]
        x = self._norm(x, "emb.ln")
        for layer, (weight, bias) in enumerate(self._joined):
            mixed = self._attention(x @ weight.T + bias)
            x = self._norm(x + self._dense(mixed, f"l{layer}.ao"), f"l{layer}.aln")
            wide = _gelu(self._dense(x, f"l{layer}.fi"))
            x = self._norm(x + self._dense(wide, f"l{layer}.fo"), f"l{layer}.oln")
        return x

    def _attention(self, joined: Float32[np.ndarray, "tokens thrice"]) -> Tokens:
        tokens, heads = len(joined), self._weights.heads
        queries, keys, values = joined.reshape(tokens, 3, heads, -1).transpose(1, 2, 0, 3)
        logits = queries @ keys.transpose(0, 2, 1) / np.float32(np.sqrt(queries.shape[-1]))
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        mixed: Tokens = (shares @ values).transpose(1, 0, 2).reshape(tokens, -1)
        return mixed

    def _dense(
        self, x: Float32[np.ndarray, "tokens inputs"], name: str
    ) -> Float32[np.ndarray, "tokens outputs"]:
        made: Float32[np.ndarray, "tokens outputs"] = (
            x @ self._weights.matrix(f"{name}.w").T + self._weights.tensors[f"{name}.b"]
        )
        return made

    def _norm(self, x: Tokens, name: str) -> Tokens:
        tensors = self._weights.tensors
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._weights.epsilon)
        normal: Tokens = centred / spread * tensors[f"{name}.w"] + tensors[f"{name}.b"]
        return normal


def _gelu(x: Float32[np.ndarray, "tokens wide"]) -> Float32[np.ndarray, "tokens wide"]:
    """Gaussian error linear unit: x · Φ(x).

    The error function is that of Abramowitz and Stegun 1964, 7.1.26, within 1.5e-7.
    """
    size = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    erf = np.sign(x) * (1 - series * np.exp(-size * size))
    active: Float32[np.ndarray, "tokens wide"] = (0.5 * x * (1 + erf)).astype(np.float32)
    return active
