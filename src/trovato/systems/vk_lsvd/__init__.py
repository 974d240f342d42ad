"""VK-LSVD: its challenge and published figures.

Source: Poslavsky et al., arXiv 2602.04567, 2026.
"""

from trovato.systems.vk_lsvd.challenge import CHALLENGE, Challenge, ChallengeProtocol, solve
from trovato.systems.vk_lsvd.challenge_models import AUDIENCES, fit_audience
from trovato.systems.vk_lsvd.published import PUBLISHED

__all__ = [
    "AUDIENCES",
    "CHALLENGE",
    "PUBLISHED",
    "Challenge",
    "ChallengeProtocol",
    "fit_audience",
    "solve",
]
