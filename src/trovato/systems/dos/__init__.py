"""DOS: semantic ids of orthogonal parts, learnt from both sides of a click.

Source: Yin et al., arXiv 2602.04460, 2026.
"""

from trovato.systems.dos.arrangement import build
from trovato.systems.dos.published import ABLATIONS, DIFFERENCES, PUBLISHED, Reproduction, reproduce

__all__ = ["ABLATIONS", "DIFFERENCES", "PUBLISHED", "Reproduction", "build", "reproduce"]
