"""SDAG: sparse document attention, published figures.

Source: Dekel et al., 2026.

"""

from trovato.systems.sdag.published import Reproduction, reproduce

__all__ = [
    "Reproduction",
    "reproduce",
]
