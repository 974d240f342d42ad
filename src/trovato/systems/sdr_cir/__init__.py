"""SDR-CIR: a picture from a picture and a change, without training.

Source: Sun et al., WWW 2026 (arXiv 2602.04451).
"""

from trovato.systems.sdr_cir.arrangement import PRESETS, Preset, build
from trovato.systems.sdr_cir.published import PUBLISHED, Reproduction, reproduce

__all__ = [
    "PRESETS",
    "PUBLISHED",
    "Preset",
    "Reproduction",
    "build",
    "reproduce",
]
