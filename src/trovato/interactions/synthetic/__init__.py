"""A log drawn from a known model, in the published layout."""

from trovato.interactions.synthetic.config import Scale
from trovato.interactions.synthetic.fidelity import Comparison, compare
from trovato.interactions.synthetic.generate import synthesise
from trovato.interactions.synthetic.planted_counts import planted_counts

__all__ = [
    "Comparison",
    "Scale",
    "compare",
    "planted_counts",
    "synthesise",
]
