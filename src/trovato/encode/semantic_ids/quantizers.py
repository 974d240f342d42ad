"""What every quantiser offers, and those that are fitted to vectors alone."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float, Int64
from trovato.ops.quantization import fit_product_quantizer, fit_residual_quantizer


@runtime_checkable
class Quantizer(Protocol):
    """Vectors to codes and back.

    Laws (`trovato.testing.check_quantizer`): an item's codes do not depend on the others'; codes
    are in range; decoding takes any codes in range.
    """

    @property
    def sizes(self) -> tuple[int, ...]:
        """Codes of each level."""

    def encode(self, vectors: Float[np.ndarray, "items dim"]) -> Int64[np.ndarray, "items levels"]:
        """The codes of vectors."""

    def decode(self, codes: Int64[np.ndarray, "items levels"]) -> Float[np.ndarray, "items _"]:
        """What codes stand for."""

    def nearest_ids(
        self, vectors: Float[np.ndarray, "items dim"], beams: int
    ) -> tuple[Int64[np.ndarray, "items found levels"], Float[np.ndarray, "items found"]]:
        """The ids with the least squared error that a beam of this width finds, nearest first."""

    def squared_errors(
        self, vectors: Float[np.ndarray, "items dim"], codes: Int64[np.ndarray, "items levels"]
    ) -> Float[np.ndarray, " items"]:
        """Squared error of each vector under an id."""


QUANTIZERS = ("rq-kmeans", "balanced", "pq", "opq")


def fit_quantizer(
    name: str,
    vectors: Float[np.ndarray, "items dim"],
    *,
    levels: int = 3,
    codes: int = 256,
    rounds: int = 20,
    seed: int = 0,
    progress: ProgressCallback = no_progress,
) -> tuple[Quantizer, Int64[np.ndarray, "items levels"]]:
    """Fit a quantiser to vectors, and say the codes of these.

    Parameters
    ----------
    name
        One of `QUANTIZERS`. For those that learn by gradients see `trovato.train.fit_rq_vae` and
        `trovato.train.fit_dos`.
    vectors
        Of the items.
    levels, codes
        Digits of an id, and values that each can take.
    rounds, seed
        Of k-means.
    progress
        Told of levels or turns.

    Raises
    ------
    InvalidInputError
        If no quantiser has that name, or a number is out of range.
    """
    if name not in QUANTIZERS:
        raise InvalidInputError(
            f"no quantizer is called {name!r}; use one of {', '.join(QUANTIZERS)}"
        )
    if name in ("pq", "opq"):
        product = fit_product_quantizer(
            vectors,
            levels=levels,
            codes=codes,
            rounds=rounds,
            rotate=name == "opq",
            seed=seed,
            progress=progress,
        )
        return product, product.encode(vectors)
    return fit_residual_quantizer(
        vectors,
        levels=levels,
        codes=codes,
        rounds=rounds,
        balanced=name == "balanced",
        seed=seed,
        progress=progress,
    )
