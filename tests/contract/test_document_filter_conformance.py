"""Our filters and attacks keep the laws, and the laws notice those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest

from trovato.core import DocumentFilter, Item
from trovato.generate.filters import DiscernFilter, PerplexityFilter, RagDefender, TrustRag
from trovato.llm import ScriptedModel
from trovato.redteam.attacks import Attack, attacks
from trovato.testing import WordEncoder, check_attack, check_document_filter

ENCODER = WordEncoder(64)


@pytest.mark.parametrize(
    "part",
    [
        RagDefender(ENCODER),
        RagDefender(ENCODER, multi_hop=True),
        TrustRag(ENCODER),
        PerplexityFilter(lambda texts: [-float(len(text)) for text in texts], 1e12),
        DiscernFilter(ScriptedModel(lambda prompt, _: f'{{"label": "{len(prompt.segments)}"}}')),
    ],
    ids=["ragdefender", "ragdefender-multi-hop", "trustrag", "perplexity", "discern"],
)
def test_filters(part: DocumentFilter) -> None:
    check_document_filter(part)


@pytest.mark.parametrize("name", attacks(ENCODER))
def test_attacks(name: str) -> None:
    check_attack(attacks(ENCODER)[name])


class Careless:
    name = "careless"

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self._calls = count()

    def keep(self, question: str, documents: Sequence[Item]) -> list[int]:
        every = list(range(len(documents)))
        match self._fault:
            case "falling":
                return every[::-1]
            case "invented":
                return [*every, len(every)]
            case "moody":
                return every[next(self._calls) % 2 :]
            case "by id":
                return [at for at in every if documents[at].id.startswith("d")]
        return every


@pytest.mark.parametrize("fault", ["falling", "invented", "moody", "by id"])
def test_a_careless_filter_is_noticed(fault: str) -> None:
    check_document_filter(Careless("none"))
    with pytest.raises(AssertionError):
        check_document_filter(Careless(fault))


def test_a_careless_attack_is_noticed() -> None:
    numbers = count()
    for write in (
        lambda case, wanted, _: ["one"] * (wanted + 1),
        lambda case, wanted, _: [" "] * wanted,
        lambda case, wanted, _: [str(next(numbers))] * wanted,
    ):
        with pytest.raises(AssertionError):
            check_attack(Attack("careless", write))
