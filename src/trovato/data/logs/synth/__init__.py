"""A log drawn from a known model, in the published layout."""

from trovato.data.logs.synth.faithful import Comparison, compare
from trovato.data.logs.synth.scale import Scale
from trovato.data.logs.synth.synthesise import synthesise

__all__ = ["Comparison", "Scale", "compare", "synthesise"]
