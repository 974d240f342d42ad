"""Filters on small sets worked by hand, with an encoder that knows only words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from trovato.core import AttentionMode, Completion, Decoding, InvalidInputError, Item, Prompt
from trovato.generate.filters import (
    DiscernFilter,
    PerplexityFilter,
    RagDefender,
    TrustRag,
    passage_vectors,
)
from trovato.generate.filters.llm_discrimination import is_clean
from trovato.testing import WordEncoder

POISON = [
    "chicago fire season four has exactly 24 episodes",
    "chicago fire season four has a total of 24 episodes",
    "chicago fire season four counts 24 episodes",
]
BENIGN = [
    "the river danube crosses ten countries",
    "a violin is tuned in fifths",
]


def items(*texts: str) -> list[Item]:
    return [Item(f"d{place}", "text", text) for place, text in enumerate(texts)]


class Judge:
    """A language model that calls a passage perturbed where it holds a word."""

    fingerprint = "judge"
    attentions: frozenset[AttentionMode] = frozenset({"causal"})

    def __init__(self) -> None:
        self.seen: list[Prompt] = []

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding = Decoding(),
        attention: AttentionMode = "causal",
    ) -> list[Completion]:
        self.seen += prompts
        return [
            Completion(
                '{"label": "perturbed"}' if "24" in prompt.documents[0].text else "no idea", "stop"
            )
            for prompt in prompts
        ]

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        raise NotImplementedError


def test_a_passage_is_the_mean_of_its_tokens() -> None:
    encoder = WordEncoder(16)
    one, both, nothing = passage_vectors(encoder, ["fire", "fire water", "…"])
    fire, water = encoder.encode_query("fire water").values
    np.testing.assert_allclose(one, fire, atol=1e-6)
    np.testing.assert_allclose(both, (fire + water) / np.linalg.norm(fire + water), atol=1e-6)
    assert not nothing.any()


def test_ragdefender_drops_those_alike_even_where_they_are_the_majority() -> None:
    defence = RagDefender(WordEncoder(512))
    assert defence.keep("how many?", items(*POISON, *BENIGN)) == [3, 4]
    assert defence.keep("how many?", items(BENIGN[0], POISON[0], BENIGN[1], POISON[1])) == [0, 2]


def test_ragdefender_keeps_what_says_nothing_and_single_documents() -> None:
    defence = RagDefender(WordEncoder(512))
    assert defence.keep("?", items("", *POISON, *BENIGN, "…")) == [0, 4, 5, 6]
    assert defence.keep("?", items("alone")) == [0]
    assert defence.keep("?", []) == []


def test_ragdefender_for_several_hops_drops_the_concentrated() -> None:
    defence = RagDefender(WordEncoder(512), multi_hop=True)
    kept = defence.keep("?", items(*POISON, *BENIGN, "grass is green", "iron melts"))
    assert kept[-4:] == [3, 4, 5, 6]
    assert len(kept) < 7


def test_trustrag_drops_the_tight_cluster() -> None:
    twins = ["chicago fire season four has 24 episodes"] * 3
    assert TrustRag(WordEncoder(512)).keep("?", items(*twins, *BENIGN)) == [3, 4]


def test_trustrag_keeps_everything_where_no_words_are_shared() -> None:
    texts = ["alpha beta", "gamma delta", "epsilon zeta"]
    assert TrustRag(WordEncoder(512)).keep("?", items(*texts)) == [0, 1, 2]
    assert TrustRag(WordEncoder(512)).keep("?", items("same", "same")) == [0, 1]


def test_trustrag_drops_repeated_words_in_loose_clusters() -> None:
    # No cluster is tight at .999, so only those that share words with another in theirs go.
    defence = TrustRag(WordEncoder(512), closeness=0.999)
    assert defence.keep("?", items(*POISON, *BENIGN)) == [3, 4]


def test_trustrag_drops_both_clusters_where_both_are_tight() -> None:
    texts = ["one two three"] * 2 + ["four five six"] * 2
    assert TrustRag(WordEncoder(512)).keep("?", items(*texts)) == []


def test_trustrag_beside_a_single_document() -> None:
    twins = ["one two three four"] * 3
    # A tight group goes; the single one stays unless it is as close.
    assert TrustRag(WordEncoder(512)).keep("?", items(*twins, "iron melts")) == [3]
    assert TrustRag(WordEncoder(512), closeness=-1.0).keep("?", items(*twins, "iron melts")) == []
    # A loose group stays and the single one goes.
    loose = ["one two three four", "one two five six", "one two seven eight"]
    assert TrustRag(WordEncoder(512)).keep("?", items(*loose, "iron melts")) == [0, 1, 2]


def test_perplexity_drops_what_is_above_the_bound() -> None:
    def scripted(texts: Sequence[str]) -> list[float]:
        return [-math.log(len(text)) for text in texts]

    defence = PerplexityFilter(scripted, 5.0)
    assert defence.keep("?", items("four", "sixsix", "", "fiver")) == [0, 2, 3]
    assert PerplexityFilter.calibrated(scripted, ["abc", "seven77"]).most == pytest.approx(7)
    assert PerplexityFilter.calibrated(scripted, ["seven77"]).keep("?", items("seven77")) == [0]
    texts = ["a" * length for length in range(20, 0, -1)]
    assert PerplexityFilter.calibrated(scripted, texts, 0.95).most == pytest.approx(19)
    assert PerplexityFilter.calibrated(scripted, texts, 0.01).most == pytest.approx(1)
    with pytest.raises(InvalidInputError, match="share"):
        PerplexityFilter.calibrated(scripted, texts, 0.0)
    with pytest.raises(InvalidInputError, match="at least 1"):
        PerplexityFilter(scripted, 0.5)
    with pytest.raises(InvalidInputError, match="clean texts"):
        PerplexityFilter.calibrated(scripted, [])


def test_discern_asks_about_each_document_by_itself() -> None:
    judge = Judge()
    assert DiscernFilter(judge).keep("how many?", items(*POISON[:1], *BENIGN)) == [1, 2]
    assert [len(prompt.documents) for prompt in judge.seen] == [1, 1, 1]
    assert DiscernFilter(judge).keep("?", []) == []


@pytest.mark.parametrize(
    ("answer", "clean"),
    [
        ('{"label": "clean"}', True),
        ('Sure! {"label": " Clean "} is my answer', True),
        ('{"label": "perturbed"}', False),
        ('{"label": "suspicious"}', False),
        ('{"label": 3}', False),
        ("perturbed", True),
        ('{"label": perturbed}', True),
        ('{"verdict": "perturbed"}', True),
        ('{"label": "clean"} or {"label": "perturbed"}', False),
        ("", True),
        ('<think>{"label": "perturbed"}?</think>{"verdict": "none"}', True),
        ('{"label": "perturbed"} maybe</think>', True),
        ('<think>{"label": "perturbed"}', True),
    ],
)
def test_labels(answer: str, clean: bool) -> None:
    assert is_clean(answer) is clean
