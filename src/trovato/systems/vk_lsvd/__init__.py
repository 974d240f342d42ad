"""VK-LSVD: recommenders on a log of short videos, under named protocols.

Source: Poslavsky et al., arXiv 2602.04567, 2026.
"""

from trovato.systems.vk_lsvd.any_log import GENERAL, default_protocol, find_protocol
from trovato.systems.vk_lsvd.audiences import AUDIENCES, fit_audience
from trovato.systems.vk_lsvd.benchmark import Trial, run_benchmark, run_trial
from trovato.systems.vk_lsvd.challenge import CHALLENGE, Challenge, ChallengeProtocol, solve
from trovato.systems.vk_lsvd.counted import counted_items
from trovato.systems.vk_lsvd.experiment import Experiment
from trovato.systems.vk_lsvd.figures import Figures, Slice
from trovato.systems.vk_lsvd.likeness import Likeness, likeness
from trovato.systems.vk_lsvd.models import MODELS, Settings, fit, lacks
from trovato.systems.vk_lsvd.protocol import PROTOCOLS, Protocol
from trovato.systems.vk_lsvd.recommending import People, Recommended, recommend
from trovato.systems.vk_lsvd.report import BenchmarkReport, compare_models
from trovato.systems.vk_lsvd.watch_rows import WatchRows, watch_rows
from trovato.systems.vk_lsvd.watching import WatchReport, measure_watching

__all__ = [
    "AUDIENCES",
    "CHALLENGE",
    "GENERAL",
    "MODELS",
    "PROTOCOLS",
    "BenchmarkReport",
    "Challenge",
    "ChallengeProtocol",
    "Experiment",
    "Figures",
    "Likeness",
    "People",
    "Protocol",
    "Recommended",
    "Settings",
    "Slice",
    "Trial",
    "WatchReport",
    "WatchRows",
    "compare_models",
    "counted_items",
    "default_protocol",
    "find_protocol",
    "fit",
    "fit_audience",
    "lacks",
    "likeness",
    "measure_watching",
    "recommend",
    "run_benchmark",
    "run_trial",
    "solve",
    "watch_rows",
]
