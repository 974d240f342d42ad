"""Fitting what reads histories in their order (SASRec, gSASRec)."""

from trovato.train.sasrec.config import SASRec, SASRecCallback, SASRecStep
from trovato.train.sasrec.losses import calibration
from trovato.train.sasrec.trainer import fit_sasrec

__all__ = [
    "SASRec",
    "SASRecCallback",
    "SASRecStep",
    "calibration",
    "fit_sasrec",
]
