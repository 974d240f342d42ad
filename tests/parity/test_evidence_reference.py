"""Evidence and its passages against slow, plain twins: word by word, window by window."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import TextLayout, TokenVectors, generator
from trovato.ops import QUERY_STOP_WORDS, Window, best_windows, meet_words, span_scores
from trovato.retrieve import explain
from trovato.testing.conformance.storage.store import unit_vectors

# Folding makes some of them longer, or the same as another; some words are of several parts.
WORDS = ("Straße", "STRASSE", "strasse", "İzmir", "ﬁn", "fin", "Οδός", "ǰoy", "salt-marsh", "salt")
PAGE = st.lists(st.sampled_from([*WORDS, "marsh", "the", "–", "salty"]), min_size=1, max_size=50)
ASKED = st.lists(st.sampled_from([*WORDS, "the", "?"]), min_size=1, max_size=6)
_WORD = re.compile(r"\w+")


def worth(met: np.ndarray) -> float:
    largest: list[float] = met.max(axis=0).tolist()
    return sum(largest)


def plain_windows(met: np.ndarray, width: int, count: int) -> list[Window]:
    free = np.ones(len(met), bool)
    found: list[Window] = []
    while len(found) < count and bool(np.any(met[free] > 0)):
        open_met = np.where(free[:, None], met, 0)
        starts = range(max(1, len(met) - width + 1))
        scores = [worth(open_met[start : start + width]) for start in starts]
        start = int(np.argmax(scores))
        matched = np.flatnonzero(open_met[start : start + width].max(axis=1) > 0) + start
        first = last = int(matched[0])
        for word in matched[1:].tolist():
            if not free[first : word + 1].all():
                break
            last = word
        found.append(Window(first, last + 1, worth(open_met[first : last + 1])))
        free[first : last + 1] = False
    return found


@given(
    st.integers(0, 70), st.integers(1, 40), st.integers(1, 35), st.integers(1, 5), st.integers(0, 9)
)
def test_windows_are_those_of_a_plain_search(
    words: int, queries: int, width: int, count: int, seed: int
) -> None:
    drawn = generator(seed, "windows").standard_normal((words, queries))
    met = np.minimum(np.maximum(drawn - seed / 4, 0), 1).astype(np.float32)
    assert best_windows(met, width, count) == plain_windows(met, width, count)


@given(st.integers(1, 40), st.integers(1, 20), st.integers(0, 99))
def test_spans_are_worth_the_sum_of_their_largest(words: int, queries: int, seed: int) -> None:
    random = generator(seed, "spans")
    met = random.random((words, queries), np.float32)
    spans = np.sort(random.integers(0, words + 1, (9, 2)), axis=1)
    spans = spans[spans[:, 0] < spans[:, 1]]
    assert span_scores(met, spans).tolist() == [worth(met[start:end]) for start, end in spans]


@given(st.integers(0, 30), st.integers(1, 9), st.integers(0, 99))
def test_a_word_is_met_by_the_best_token_that_begins_in_it(
    tokens: int, queries: int, seed: int
) -> None:
    random = generator(seed, "words")
    words = np.sort(random.integers(0, 40, 20)).astype(np.int32).reshape(-1, 2)
    starts = random.integers(0, 45, tokens)
    spans = np.stack([starts, starts + random.integers(0, 4, tokens)], axis=1).astype(np.int32)
    similarity = random.uniform(-1, 1.1, (tokens, queries)).astype(np.float32)
    wanted = np.zeros((len(words), queries), np.float32)
    for (start, end), row in zip(spans.tolist(), similarity, strict=True):
        for word, (first, last) in enumerate(words.tolist()):
            # Of words without characters between others, none holds a place.
            if first <= start < last and start < end:
                above = np.maximum(row - np.float32(0.4), 0) / np.float32(0.6)
                wanted[word] = np.maximum(wanted[word], np.minimum(above, 1))
    assert np.array_equal(meet_words(similarity, spans, words, 0.4), wanted)


def word_at(text: str, position: int) -> str:
    for match in _WORD.finditer(text):
        if match.start() <= position < match.end():
            return match.group().casefold()
    return ""


def plain_strength(
    text: str, layout: TextLayout, vectors: TokenVectors, question: str, query: TokenVectors
) -> np.ndarray:
    """How well each word meets the question."""
    assert query.spans is not None
    assert vectors.spans is not None
    asked = [word_at(question, start) for start in query.spans[:, 0].tolist()]
    kept = [column for column, word in enumerate(asked) if word and word not in QUERY_STOP_WORDS]
    if not kept:
        return np.zeros(len(layout.spans), np.float32)
    similarity = vectors.values @ query.values[kept].T
    met = np.zeros((len(layout.spans), len(kept)), np.float32)
    for row, (start, end) in enumerate(layout.spans.tolist()):
        said = {match.group().casefold() for match in _WORD.finditer(text, start, end)}
        for token, place in enumerate(vectors.spans[:, 0].tolist()):
            if start <= place < end:
                above = np.maximum(similarity[token] - np.float32(0.4), 0) / np.float32(0.6)
                met[row] = np.maximum(met[row], above)
        for column, token in enumerate(kept):
            if asked[token] in said:
                met[row, column] = 1
    strength: np.ndarray = np.minimum(met, np.float32(1)).max(axis=1)
    return strength


def made_page(words: list[str], random: np.random.Generator) -> tuple[str, TextLayout]:
    """A text with a box for each word; some boxes hold two words, or a part of one."""
    text, spans = "", []
    for word in words:
        spans.append([len(text), len(text) + len(word)])
        text += word + " "
    edges = np.array(spans, np.int32)
    edges[random.random(len(edges)) < 0.1, 1] -= 1
    joined = np.flatnonzero(random.random(len(edges) - 1) < 0.1)
    edges[joined, 1] = edges[joined + 1, 0]
    left, top = random.random((2, len(edges))) * 90
    boxes = np.stack([left, top, left + 5, top + 5], axis=1)
    return text, TextLayout(80.0, 80.0, edges, boxes.astype(np.float32))


@given(PAGE, ASKED, st.integers(0, 999))
def test_words_are_met_as_if_each_was_looked_at(
    words: list[str], asked: list[str], seed: int
) -> None:
    random = generator(seed, "evidence")
    text, layout = made_page(words, random)
    question = " ".join(asked)
    spans = [match.span() for match in re.finditer(r"\S{1,3}", text)]
    random.shuffle(spans)
    vectors = TokenVectors(unit_vectors(random, len(spans), 4), np.array(spans, np.int32))
    own = [match.span() for match in re.finditer(r"\S{1,4}", question)]
    query = TokenVectors(unit_vectors(random, len(own), 4), np.array(own, np.int32))
    slow = plain_strength(text, layout, vectors, question, query)
    found = explain(text, layout, vectors, question, query)
    met = np.flatnonzero(slow > 0)
    assert [entry.text for entry in found.heat] == [
        text[start:end] for start, end in layout.spans[met].tolist()
    ]
    weights = [entry.weight for entry in found.heat]
    assert weights == pytest.approx((slow[met] / slow.max(initial=1e-9)).tolist(), rel=1e-5)
    for entry, word in zip(found.heat, met.tolist(), strict=True):
        edges = np.minimum(layout.boxes[word], 80.0).tolist()
        assert [entry.box.left, entry.box.top, entry.box.right, entry.box.bottom] == edges
