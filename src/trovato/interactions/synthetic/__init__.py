"""A log drawn from a known model, in the published layout."""

from trovato.interactions.synthetic.config import Scale
from trovato.interactions.synthetic.fidelity import Comparison, compare
from trovato.interactions.synthetic.generate import synthesise

__all__ = [
    "Comparison",
    "Scale",
    "compare",
    "synthesise",
]
