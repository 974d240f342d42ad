"""Explanations of forecasts, with every claim checked before it is shown."""

from trovato.generate.explanations.compose import compose, fill, kinds_for
from trovato.generate.explanations.explain import (
    Explanation,
    ExplanationWriter,
    explain_forecast,
)
from trovato.generate.explanations.verify import Claim, Verification, parse_sentence, verify
from trovato.generate.explanations.wording import BUCKET_WORDS, SENTENCES, Wording

__all__ = [
    "BUCKET_WORDS",
    "SENTENCES",
    "Claim",
    "Explanation",
    "ExplanationWriter",
    "Verification",
    "Wording",
    "compose",
    "explain_forecast",
    "fill",
    "kinds_for",
    "parse_sentence",
    "verify",
]
