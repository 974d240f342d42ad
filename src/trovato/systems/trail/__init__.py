"""TRAIL: near-term popularity with explanations that rest on trend signals.

Source: Zhang et al., arXiv 2602.04225, 2026.
"""

from trovato.systems.trail.arrangement import SERVED, build
from trovato.systems.trail.published import Reproduction, reproduce

__all__ = ["SERVED", "Reproduction", "build", "reproduce"]
