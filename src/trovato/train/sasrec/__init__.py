"""Fitting what reads histories in their order (SASRec, gSASRec)."""

from trovato.train.sasrec.config import SASRec
from trovato.train.sasrec.losses import calibration
from trovato.train.sasrec.trainer import fit_sasrec

__all__ = ["SASRec", "calibration", "fit_sasrec"]
