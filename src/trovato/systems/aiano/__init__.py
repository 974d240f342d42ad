"""AIANO: people and a language model make question-answering data together.

Source: Khattab et al., arXiv 2602.04579, 2026.
"""

from trovato.systems.aiano.arrangement import build
from trovato.systems.aiano.keystrokes import AIANO_FLOW, Flow, klm_seconds, reproduce
from trovato.systems.aiano.published import PUBLISHED, StudyRow

__all__ = [
    "AIANO_FLOW",
    "PUBLISHED",
    "Flow",
    "StudyRow",
    "build",
    "klm_seconds",
    "reproduce",
]
