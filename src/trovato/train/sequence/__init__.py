"""The one training loop of networks that read histories."""

from trovato.train.sequence.config import SequenceTraining

__all__ = ["SequenceTraining"]
