"""Fitting what reads histories in their order (SASRec, gSASRec)."""

from trovato.train.sequences.fit import fit_sasrec
from trovato.train.sequences.losses import calibration
from trovato.train.sequences.recipe import SASRec, SASRecListener, SASRecStep

__all__ = ["SASRec", "SASRecListener", "SASRecStep", "calibration", "fit_sasrec"]
