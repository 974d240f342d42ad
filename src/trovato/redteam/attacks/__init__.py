"""Attacks on answers: texts that bring a wrong one through."""

from trovato.redteam.attacks.hotflip_gradient import WhiteBox
from trovato.redteam.attacks.llm_attacker import PoisonWriter
from trovato.redteam.attacks.protocol import Attack, Case, Poison, Write
from trovato.redteam.attacks.registry import ATTACK_NAMES, attacks

__all__ = [
    "ATTACK_NAMES",
    "Attack",
    "Case",
    "Poison",
    "PoisonWriter",
    "WhiteBox",
    "Write",
    "attacks",
]
