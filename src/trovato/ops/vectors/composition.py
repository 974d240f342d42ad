"""A picture and a change as one query vector: the ranking of SDR-CIR in closed form.

Source: Sun et al., SDR-CIR, WWW 2026 (arXiv 2602.04451), anchor and debias. With vectors of
length 1 of the target description (d), the reference picture (r) and the modification text (m), the
paper ranks by S = (1 + β) S_q − β (S_d − S_m), where S_q is the cosine with (1 − α) d + α r. That
is linear in the candidate, so one vector ranks the same on any index.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float, Float64

_SHORTEST = 1e-9  # of the anchored query, before it is brought to length 1


@dataclass(frozen=True, slots=True)
class CompositionWeights:
    """What each part of a query counts: score = Σ weight · cosine.

    Parameters
    ----------
    description
        Of the cosine with the description of the target.
    reference
        Of the cosine with the reference picture.
    modification
        Of the cosine with the modification text.
    negative
        Of the cosine with a text of what is not wanted; taken off.
    """

    description: float
    reference: float
    modification: float
    negative: float = 0.0

    def __post_init__(self) -> None:
        values = (self.description, self.reference, self.modification, self.negative)
        if not all(map(math.isfinite, values)):
            raise InvalidInputError(f"weights must be finite, got {values}")


# The parts by themselves and their plain sum; CIReVL ranks by the description alone.
IMAGE_ONLY = CompositionWeights(0.0, 1.0, 0.0)
TEXT_ONLY = CompositionWeights(0.0, 0.0, 1.0)
DESCRIPTION_ONLY = CompositionWeights(1.0, 0.0, 0.0)
SUM = CompositionWeights(0.0, 1.0, 1.0)


def sdr_weights(
    alpha: float, beta: float, cosine: float | None, *, negative: float = 0.0
) -> CompositionWeights:
    """The weights of SDR-CIR's score, S = w_d S_d + w_r S_r + w_m S_m.

    w_d = (1 + β)(1 − α)/c − β, w_r = (1 + β) α/c, w_m = β. With c = 1 their sum is 1 + β.

    Parameters
    ----------
    alpha
        Share of the reference picture in the anchored query, in [0, 1].
    beta
        Strength of the debias term, in [0, 1.5].
    cosine
        Of the description and the reference picture: the anchored query is brought to length 1, as
        in the paper, so c = ‖(1 − α) d + α r‖ differs from query to query. None for c = 1, the mix
        that is the same for every query.
    negative
        Weight of a text of what is not wanted, at least 0.

    Raises
    ------
    InvalidInputError
        If a value is outside its range, or c is 0: description and picture cancel each other.
    """
    if not 0 <= alpha <= 1 or not 0 <= beta <= 1.5:
        raise InvalidInputError(f"alpha lies in [0, 1], beta in [0, 1.5], got {alpha}, {beta}")
    if not 0 <= negative < math.inf:
        raise InvalidInputError(f"the weight of the negative text is 0 or more, got {negative}")
    length = 1.0
    if cosine is not None:
        if not abs(cosine) <= 1 + 1e-6:
            raise InvalidInputError(f"a cosine lies in [-1, 1], got {cosine}")
        square = (1 - alpha) ** 2 + alpha**2 + 2 * alpha * (1 - alpha) * cosine
        length = math.sqrt(max(square, 0.0))
        if length < _SHORTEST:
            raise InvalidInputError(
                "description and picture are opposite and cancel each other at this alpha; take "
                "another alpha, or the fixed mix"
            )
    return CompositionWeights(
        (1 + beta) * (1 - alpha) / length - beta, (1 + beta) * alpha / length, beta, negative
    )


@dataclass(frozen=True, slots=True, eq=False)
class QueryParts:
    """The vectors of one query, in the space of the pictures; they are brought to length 1.

    Parameters
    ----------
    description
        Of the description of the target; that of the modification where there is none.
    reference
        Of the reference picture.
    modification
        Of the modification text.
    negative
        Of what is not wanted, or None.

    Raises
    ------
    InvalidInputError
        If a vector is zero or not finite, or they differ in length.
    """

    description: Float[np.ndarray, " dim"]
    reference: Float[np.ndarray, " dim"]
    modification: Float[np.ndarray, " dim"]
    negative: Float[np.ndarray, " dim"] | None = None

    def __post_init__(self) -> None:
        for name in ("description", "reference", "modification", "negative"):
            vector = getattr(self, name)
            if vector is not None:
                object.__setattr__(self, name, _unit(name, vector))
        if not self.description.shape == self.reference.shape == self.modification.shape or (
            self.negative is not None and self.negative.shape != self.reference.shape
        ):
            raise InvalidInputError("the parts of a query are vectors of one dimension")

    def weights(
        self, alpha: float, beta: float, *, negative: float = 0.0, fixed_mix: bool = False
    ) -> CompositionWeights:
        """SDR's weights for this query; see `sdr_weights`."""
        cosine = None if fixed_mix else float(np.clip(self.description @ self.reference, -1, 1))
        return sdr_weights(alpha, beta, cosine, negative=negative)

    def compose(self, weights: CompositionWeights) -> Float64[np.ndarray, " dim"]:
        """The one vector whose product with a picture's vector is its score; its length matters.

        Raises
        ------
        InvalidInputError
            If the negative text has a weight and no vector.
        """
        return np.asarray(self._terms(weights).sum(axis=0))

    def contributions(
        self, weights: CompositionWeights, pictures: Float[np.ndarray, "pictures dim"]
    ) -> Float64[np.ndarray, "pictures parts"]:
        """What each part adds to each picture's score; rows sum to the scores.

        The parts come in the order of their fields: description, reference, modification, negative.

        Raises
        ------
        InvalidInputError
            If the negative text has a weight and no vector, or dimensions differ.
        """
        if pictures.shape[1] != len(self.reference):
            raise InvalidInputError(
                f"vectors of {len(self.reference)} dimensions were wanted, got {pictures.shape[1]}"
            )
        return np.asarray(pictures.astype(np.float64) @ self._terms(weights).T)

    def _terms(self, weights: CompositionWeights) -> Float64[np.ndarray, "parts dim"]:
        if weights.negative and self.negative is None:
            raise InvalidInputError("the negative text has a weight, so it must be given")
        none = np.zeros(len(self.reference))
        return np.stack(
            [
                weights.description * self.description,
                weights.reference * self.reference,
                weights.modification * self.modification,
                none if self.negative is None else -weights.negative * self.negative,
            ]
        )


def _unit(name: str, vector: Float[np.ndarray, " dim"]) -> Float64[np.ndarray, " dim"]:
    values = np.asarray(vector, np.float64)
    length = float(np.linalg.norm(values))
    if not math.isfinite(length) or length == 0 or values.ndim != 1:
        raise InvalidInputError(
            f"the {name} must be one finite vector other than zero; an empty text or a blank "
            "picture has none"
        )
    return values / length
