"""LILaC: late interaction in a layered component graph, for multi-hop search.

Source: Yun, Lee and Han, EMNLP 2025 (arXiv 2602.04263).
"""

from trovato.systems.lilac.arrangement import SETTINGS, build
from trovato.systems.lilac.published import Reproduction, reproduce

__all__ = ["SETTINGS", "Reproduction", "build", "reproduce"]
