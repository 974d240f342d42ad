"""SDR-CIR as an arrangement: the paper's weights over a collection of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from trovato.library import PictureLibrary
from trovato.retrieve import Composed, Describer


@dataclass(frozen=True, slots=True)
class Preset:
    """The paper's setting for one benchmark (section 4.1).

    Parameters
    ----------
    alpha
        Share of the reference picture in the anchored query.
    beta
        Strength of the debias term.
    """

    alpha: float
    beta: float


# Chosen by the authors on the test parts of CIRR and CIRCO, and the validation part of FashionIQ.
PRESETS = {
    "cirr": Preset(0.05, 0.50),
    "circo": Preset(0.15, 0.35),
    "fashion": Preset(0.20, 0.40),
}


def build(
    library: PictureLibrary, *, preset: str = "circo", describe: Describer | None = None
) -> Callable[..., Composed]:
    """`PictureLibrary.compose` with the weights of a preset, and a model that describes targets.

    Raises
    ------
    KeyError
        If there is no such preset.
    """
    chosen = PRESETS[preset]
    return partial(library.compose, alpha=chosen.alpha, beta=chosen.beta, describe=describe)
