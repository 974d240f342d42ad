"""All attacks by name."""

from __future__ import annotations

from trovato.core import Encoder
from trovato.redteam.attacks.hotflip import searched_prefix
from trovato.redteam.attacks.hotflip_gradient import WhiteBox, by_gradient
from trovato.redteam.attacks.passage_selection import at_random, behind_question, far, near
from trovato.redteam.attacks.perturbation import replaced, sybils, typos
from trovato.redteam.attacks.prompt_injection import discredits, markers, orders
from trovato.redteam.attacks.protocol import Attack

ATTACK_NAMES = (
    "prefix",
    "random",
    "near",
    "far",
    "markers",
    "orders",
    "discredit",
    "corroborate",
    "sybils",
    "typos",
    "replace",
    "hotflip",
    "hotflip-gradient",
)


def attacks(encoder: Encoder, white_box: WhiteBox | None = None) -> dict[str, Attack]:
    """The attacks that come with trovato, in the order of `ATTACK_NAMES`.

    Parameters
    ----------
    encoder
        What the attacker knows of the search: chooses near and far texts, and HotFlip's prefix.
    white_box
        An encoder whose gradients the attacker has; without one there is no "hotflip-gradient".
    """
    found = [
        Attack("prefix", behind_question),
        Attack("random", at_random),
        Attack("near", near(encoder)),
        Attack("far", far(encoder)),
        Attack("markers", markers),
        Attack("orders", orders),
        Attack("discredit", discredits),
        Attack("corroborate", at_random, without_gold=True),
        Attack("sybils", sybils),
        Attack("typos", typos),
        Attack("replace", replaced),
        Attack("hotflip", searched_prefix(encoder)),
    ]
    if white_box is not None:
        found.append(Attack("hotflip-gradient", by_gradient(white_box)))
    return {attack.name: attack for attack in found}
