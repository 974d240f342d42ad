"""Fitting what makes semantic ids, from vectors and from behaviour."""

from trovato.train.semantic_ids.config import DOSCallback, DOSConfig, DOSEpoch
from trovato.train.semantic_ids.dos import fit_dos
from trovato.train.semantic_ids.rq_vae import RQVAEConfig, fit_rq_vae
from trovato.train.semantic_ids.split import NextItemSplit

__all__ = [
    "DOSCallback",
    "DOSConfig",
    "DOSEpoch",
    "NextItemSplit",
    "RQVAEConfig",
    "fit_dos",
    "fit_rq_vae",
]
