"""Nemotron ColEmbed V2: late interaction on page images, and the recipe that trains it.

Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992).
"""

from trovato.systems.colembed.arrangement import (
    FULL_BATCH,
    SETTINGS,
    VECTOR_FORMAT,
    build,
)
from trovato.systems.colembed.published import Reproduction, reproduce

__all__ = ["FULL_BATCH", "SETTINGS", "VECTOR_FORMAT", "Reproduction", "build", "reproduce"]
