"""Attacks on answers: texts that bring a wrong one through."""

from trovato.generate.attacks.attack import Attack, Case, Poison, Write
from trovato.generate.attacks.hotflip_gradient import WhiteBox
from trovato.generate.attacks.named import ATTACK_NAMES, attacks
from trovato.generate.attacks.writer import PoisonWriter

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
