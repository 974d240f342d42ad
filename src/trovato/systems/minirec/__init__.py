"""MiniRec: reinforcement learning of recommenders from few, well chosen examples.

Source: Wang et al., arXiv 2602.04278, 2026.
"""

from trovato.systems.minirec.arrangement import SELECTION, TRAINING, MiniRec, build
from trovato.systems.minirec.published import Reproduction, reproduce

__all__ = [
    "SELECTION",
    "TRAINING",
    "MiniRec",
    "Reproduction",
    "build",
    "reproduce",
]
