"""VK-LSVD: recommenders on a log of short videos, under named protocols.

Source: Poslavsky et al., arXiv 2602.04567, 2026.
"""

from trovato.systems.vk_lsvd.benchmark import Figures, Slice, run_benchmark
from trovato.systems.vk_lsvd.experiment import Experiment
from trovato.systems.vk_lsvd.likeness import Likeness, likeness
from trovato.systems.vk_lsvd.models import MODELS, Settings, fit
from trovato.systems.vk_lsvd.protocol import PROTOCOLS, Protocol

__all__ = [
    "MODELS",
    "PROTOCOLS",
    "Experiment",
    "Figures",
    "Likeness",
    "Protocol",
    "Settings",
    "Slice",
    "fit",
    "likeness",
    "run_benchmark",
]
