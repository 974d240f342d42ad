"""Which texts are in English."""

from __future__ import annotations

import pytest

from trovato.ops import is_english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("The cheese ripens in a cave at eleven degrees. Each wheel is turned twice a week.", True),
        (
            "Le fromage mûrit dans une cave à onze degrés. Chaque meule est retournée deux fois.",
            False,
        ),
        (
            "El queso madura en una cueva a once grados. Cada rueda se voltea dos veces.",
            False,
        ),
        (
            "Сыр созревает в пещере при одиннадцати градусах, каждое колесо переворачивают дважды.",
            False,
        ),
        ("供水管网改造期间，老城区部分路段限制通行，水压会降低。" * 4, False),
        ("Sales 2015 2016 2017", None),
        ("供水管网", False),
        ("Когда?", False),
        ("", None),
        ("Sales Costs Margin Total North South East West Revenue Profit Loss Assets Debt", True),
    ],
)
def test_languages(text: str, english: bool | None) -> None:
    assert is_english(text) is english
