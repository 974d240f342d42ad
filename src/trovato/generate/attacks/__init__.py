"""Attacks on answers: texts that bring a wrong one through."""

from trovato.generate.attacks.attack import Attack, Case, Poison, Write
from trovato.generate.attacks.named import ATTACK_NAMES, attacks

__all__ = ["ATTACK_NAMES", "Attack", "Case", "Poison", "Write", "attacks"]
