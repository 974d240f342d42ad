"""How far several people agree on the same things."""

from trovato.evaluate.agreement.interval import Agreement, agreement_interval
from trovato.evaluate.agreement.kappa import cohen_kappa, fleiss_kappa
from trovato.evaluate.agreement.krippendorff import krippendorff_alpha

__all__ = [
    "Agreement",
    "agreement_interval",
    "cohen_kappa",
    "fleiss_kappa",
    "krippendorff_alpha",
]
