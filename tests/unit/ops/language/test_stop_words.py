"""Stop words by the language of the question."""

from __future__ import annotations

import pytest

from trovato.ops import QUERY_STOP_WORDS, fold, query_words, stop_words_of


@pytest.mark.parametrize(
    ("question", "content"),
    [
        ("Wann ist die Steuer für das Grundstück zu zahlen?", "steuer grundstuck zahlen"),
        ("Quand faut-il payer les impôts ?", "faut payer impots"),
        ("¿Cuándo se pagan los impuestos?", "pagan impuestos"),
        ("When is the tax on land due?", "tax land due"),
        ("How did Caesar die in Rome?", "caesar die rome"),
        ("年假", "年假"),
    ],
)
def test_what_is_left_carries_the_content(question: str, content: str) -> None:
    words = query_words(question)
    stops = stop_words_of(words)
    assert [word for word in words if word not in stops] == content.split()


def test_all_lists_are_folded() -> None:
    for words in (["der", "die"], ["le", "et"], ["los"], ["il"], ["dos", "ao"], ["het"], []):
        assert {fold(word) for word in stop_words_of(words)} == stop_words_of(words)
    assert stop_words_of([]) is QUERY_STOP_WORDS
