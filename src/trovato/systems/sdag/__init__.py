"""SDAG: documents that do not see each other while a model answers from them.

Source: Dekel et al., arXiv 2602.04711, 2026.
"""

from trovato.systems.sdag.arrangement import build
from trovato.systems.sdag.published import Reproduction, reproduce

__all__ = [
    "Reproduction",
    "build",
    "reproduce",
]
