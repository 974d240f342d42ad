"""Explanations: written from signals, read back, and refused when anything in them is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from trovato.core import InvalidInputError, Signal, generator
from trovato.generate.explanations import (
    BUCKET_WORDS,
    SENTENCES,
    Wording,
    compose,
    explain_forecast,
    fill,
    parse_sentence,
    verify,
)
from trovato.interactions.bins import Absent, CountTable
from trovato.interactions.synthetic import planted_counts
from trovato.retrieve.forecasts import SimpleForecast, origin_at, signal_records

WORDING = Wording("views", "week")


def records(seed: int = 0, last: int = 30) -> Iterator[tuple[Signal, ...]]:
    table, _ = planted_counts(seed=seed)
    origin = origin_at(table, last, (4,), np.arange(len(table.items)) % 7)
    expected = SimpleForecast("seasonal-naive").predict(origin)
    for at, value in enumerate(expected.tolist()):
        yield signal_records(origin, at, value, (value / 2, value * 2 + 1))


@pytest.mark.usefixtures("unchecked")
def test_what_is_composed_is_accepted_in_every_wording() -> None:
    random = generator(0, "wording")
    for signals in records():
        assert verify(compose(signals, WORDING), signals, WORDING).accepted
        text = compose(signals, WORDING, random)
        found = verify(text, signals, WORDING)
        assert found.accepted, (text, found)
        assert len(found.claims) >= 6


def test_one_bin_is_told_in_the_singular_and_read_back() -> None:
    sentence = SENTENCES["newness"][0]
    for age, said in ((1.0, "1 week ago"), (21.0, "21 weeks ago"), (0.0, "0 weeks ago")):
        signals = {"age": Signal("age", age, "bins", 0, "new", 9.0)}
        text = fill(sentence, signals, WORDING)
        assert text.endswith(f"{said}.")
        claims = parse_sentence(text, WORDING)
        assert claims is not None
        assert [claim.said for claim in claims] == ["new", f"{age:.0f}"]


def test_every_sentence_is_read_back_as_what_it_says() -> None:
    signals = {
        name: Signal(name, 3.0, "count", 8, next(b for n, b in BUCKET_WORDS if n == name), 9.0)
        for name, _ in BUCKET_WORDS
    } | {
        name: Signal(name, 3.0, "count", 8, "", 9.0)
        for name in (
            "last",
            "lowest",
            "low",
            "high",
            "since_peak",
            "period",
            "level_rank",
            "neighbours",
        )
    }
    for kind, sentences in SENTENCES.items():
        for sentence in sentences:
            slots = set(re.findall(r"\{(\w+)\.(\w+)\}", sentence))
            found = parse_sentence(fill(sentence, signals, WORDING), WORDING)
            assert found is not None, sentence
            assert {(claim.signal, claim.part) for claim in found} == slots, (kind, sentence)


def test_there_are_twenty_ways_to_say_each_thing() -> None:
    for kind in (
        "forecast",
        "trend",
        "momentum",
        "burst",
        "excess",
        "cycle",
        "newness",
        "newness-listed",
        "category",
        "caveat",
    ):
        ways = sum(
            max(
                len(BUCKET_WORDS[key]) for key in BUCKET_WORDS if f"{{{key[0]}.bucket}}" in sentence
            )
            for sentence in SENTENCES[kind]
        )
        assert ways >= 20, kind


def corruptions(text: str, random: np.random.Generator) -> Iterator[str]:
    """The text with one number or one word wrong."""
    numbers = list(re.finditer(r"[+-]?\d+(?:\.\d+)?", text))
    one = numbers[int(random.integers(len(numbers)))]
    for wrong in (
        f"{float(one[0]) * 3 + 1:.2f}",
        f"{one[0]}1",
        one[0].translate({43: "-", 45: "+"}),
    ):
        if wrong != one[0]:
            yield text[: one.start()] + wrong + text[one.end() :]
    for (name, bucket), words in BUCKET_WORDS.items():
        others = [other for n, other in BUCKET_WORDS if n == name and other != bucket]
        for word in words:
            for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
                for other in others:
                    wrong = BUCKET_WORDS[name, other][0]
                    yield text[: found.start()] + wrong + text[found.end() :]


@pytest.mark.usefixtures("unchecked")
def test_corrupted_claims_are_refused_and_true_ones_are_not() -> None:
    random = generator(1, "corruption")
    tried = refused = true = kept = 0
    for seed in range(2):
        for signals in list(records(seed, 28))[::3]:
            text = compose(signals, WORDING, random)
            true += 1
            kept += verify(text, signals, WORDING).accepted
            for wrong in corruptions(text, random):
                tried += 1
                refused += not verify(wrong, signals, WORDING).accepted
    assert true >= 200
    assert kept == true
    assert tried > 1000
    assert refused == tried


def test_what_cannot_be_checked_is_refused() -> None:
    signals = next(records())
    text = compose(signals, WORDING)
    found = verify(text + " Everybody loves it.", signals, WORDING)
    assert found.unverifiable == ("Everybody loves it.",)
    assert not found.accepted
    assert not verify("", signals, WORDING).accepted


def test_claims_about_signals_that_are_not_there_are_refused() -> None:
    signals = next(records())
    text = compose(signals, WORDING)
    named = {claim.signal for claim in verify(text, signals, WORDING).claims}
    for name in named:
        less = [signal for signal in signals if signal.name != name]
        found = verify(text, less, WORDING)
        assert name in {claim.signal for claim in found.wrong}


def test_a_writer_is_believed_only_where_all_holds() -> None:
    signals = next(records())
    right, wrong = compose(signals, WORDING, generator(5, "w")), "It will surely be a hit."
    said: list[str] = []

    def second_time(given: Sequence[Signal]) -> str:
        said.append("asked")
        return right if len(said) > 1 else wrong

    found = explain_forecast(signals, WORDING, second_time)
    assert (found.text, found.source, found.rejected) == (right, "model", (wrong,))
    never = explain_forecast(signals, WORDING, lambda _: wrong)
    assert never.source == "template"
    assert never.rejected == (wrong, wrong)
    assert never.verification.accepted


def test_a_short_history_has_no_trend() -> None:
    table, _ = planted_counts()
    origin = origin_at(table, 2, (4,))
    names = {one.name for one in signal_records(origin, 0, 1.0, (0.0, 2.0))}
    assert not names & {"trend", "momentum", "burst", "period"}


def told(counts: list[float], expected: float, absent: Absent = "zero") -> str:
    rows = [(f"{at:02d}", "x", float(count)) for at, count in enumerate(counts) if count]
    rows += [(f"{at:02d}", "y", 1.0) for at in range(len(counts))]
    signals = signal_records(
        origin_at(CountTable.of(rows, absent), len(counts) - 1), 0, float(expected), (0.0, 99.0)
    )
    text = compose(signals, WORDING)
    assert verify(text, signals, WORDING).accepted
    return text


def test_a_fall_after_a_peak_is_told_by_the_peak_and_not_by_a_rise() -> None:
    rising = [9.0, 10, 11, 12, 13, 14, 16, 30]
    assert "The last week was a peak: +0.8" in told([9.0] * 30 + rising, 20)
    assert "Momentum is up" in told([9.0] * 30 + rising, 40)
    assert "The last week was a dip: -0.9" in told(
        [30.0] * 30 + [30.0, 32, 34, 36, 38, 40, 42, 13], 20
    )


def test_what_is_new_to_a_list_is_not_called_new() -> None:
    counts = [0.0] * 20 + [5.0, 6, 5]
    assert "It is new: the first count was 2 weeks ago." in told(counts, 5)
    assert "It is new to these counts: the first was 2 weeks ago." in told(counts, 5, "missing")


def test_words_that_could_be_taken_for_numbers_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="one word of letters"):
        Wording("9 views")
