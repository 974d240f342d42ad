"""Fitting what makes semantic ids, from vectors and from behaviour."""

from trovato.train.semantic_ids.config import DOSCallback, DOSConfig, DOSEpoch
from trovato.train.semantic_ids.dos import fit_dos
from trovato.train.semantic_ids.split import NextItemSplit

__all__ = ["DOSCallback", "DOSConfig", "DOSEpoch", "NextItemSplit", "fit_dos"]
