"""Fitting what writes semantic ids of what comes next."""

from trovato.train.generative.config import GenerativeConfig
from trovato.train.generative.trainer import fit_generative

__all__ = ["GenerativeConfig", "fit_generative"]
