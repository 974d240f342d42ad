"""How well a page matches, in words."""

from __future__ import annotations

import pytest

from trovato.core import Box, Evidence, PageEvidence, Region, TokenMatch
from trovato.web.views.match_band import FAIR, STRONG, band, match_strength

HEAT = (Region(Box(0.0, 0.0, 1.0, 1.0), 1.0, "word"),)


def evidence(*matches: tuple[str, str, float]) -> PageEvidence:
    found = tuple(TokenMatch(query, text, 0, 1, score) for query, text, score in matches)
    return PageEvidence(heat=HEAT, matches=found)


def test_the_same_word_counts_whole_and_another_by_its_cosine() -> None:
    assert match_strength(evidence(("harbour", "Harbour,", 0.1))) == 1.0
    assert match_strength(evidence(("ship", "boat", 0.7))) == pytest.approx(0.5)
    assert match_strength(evidence(("ship", "pear", 0.4), ("a", "a", 1.0))) == pytest.approx(0.5)
    assert match_strength(evidence(("ship", "pear", -0.3))) == 0.0
    assert match_strength(evidence(("ship", "boat", 1.2))) == 1.0


@pytest.mark.parametrize(
    ("strength", "said"),
    [(1.0, "strong"), (STRONG, "strong"), (STRONG - 0.01, "fair"), (FAIR, "fair"), (0.2, "weak")],
)
def test_bands(strength: float, said: str) -> None:
    assert band(evidence(("ship", "boat", 0.4 + 0.6 * strength + 1e-9))) == said


def test_without_matches() -> None:
    assert band(Evidence()) == "weak"
    assert band(PageEvidence()) == "weak"
    assert band(PageEvidence(heat=HEAT)) == "fair"  # of an encoder without places
