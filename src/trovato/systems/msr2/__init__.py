"""MSR²: sources searched as the reasoning needs them, on the way to a prison term.

Source: Chen et al., arXiv 2602.04690, 2026.
"""

from trovato.systems.msr2.arrangement import build
from trovato.systems.msr2.published import DIFFERENCES, PUBLISHED, Reproduction, reproduce

__all__ = [
    "DIFFERENCES",
    "PUBLISHED",
    "Reproduction",
    "build",
    "reproduce",
]
