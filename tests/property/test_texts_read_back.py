"""What is kept or shown as text reads back as the same thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trovato.core import Measure, plain
from trovato.evaluate import (
    NDCG,
    AveragePrecision,
    Precision,
    Recall,
    ReciprocalRank,
    Success,
    parse_measure,
)
from trovato.index import Collection, VectorFormat
from trovato.index.vectors.format import CODECS
from trovato.interactions.splits.subset import Cut, Subset
from trovato.redteam.thresholds import ThresholdRule, parse_thresholds
from trovato.testing.conformance.storage.store import make_file

_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_FORMS = st.builds(
    VectorFormat,
    st.sampled_from(CODECS),
    st.none() | st.integers(1, 10**6),
    st.floats(1, allow_infinity=False),
)
_CUTS = st.builds(Cut, st.booleans(), st.floats(-1, 1).filter(bool))
_CUTOFFS = st.integers(1, 10**9)
_MEASURES = st.one_of(
    *(st.builds(kind, _CUTOFFS) for kind in (Precision, Recall, Success)),
    *(st.builds(kind, st.none() | _CUTOFFS) for kind in (NDCG, AveragePrecision, ReciprocalRank)),
)
_CLAUSES = st.builds(
    ThresholdRule,
    st.sampled_from(["asr", "acc", "clean"]),
    st.booleans(),
    _FINITE,
    st.just(value=True),
) | st.builds(
    ThresholdRule,
    st.sampled_from(["asr", "acc", "clean"]),
    st.booleans(),
    _FINITE.map(abs),
    st.just(value=False),
)


@given(_FINITE)
def test_numbers(number: float) -> None:
    assert float(plain(number)) == number
    assert "e" not in plain(number)


@given(_FORMS)
@example(VectorFormat(pooling=1e6))
@example(VectorFormat(pooling=2.0000001))
@example(VectorFormat(pooling=1e300))
def test_forms_of_vectors(vector_format: VectorFormat) -> None:
    assert VectorFormat.parse(str(vector_format)) == vector_format


@given(st.none() | _CUTS, _CUTS, st.integers(0, 9))
@example(None, Cut(random=True, share=1e-6), 0)
def test_subsets(users: Cut | None, items: Cut, seed: int) -> None:
    for subset in (Subset(users, items, seed), Subset(items, users, seed)):
        assert Subset.named(subset.name, seed) == subset


@given(_MEASURES)
def test_measures(measure: Measure) -> None:
    assert parse_measure(str(measure)) == measure


@given(st.lists(_CLAUSES, min_size=1, max_size=3))
def test_bounds_of_a_gate(clauses: list[ThresholdRule]) -> None:
    assert parse_thresholds(",".join(map(str, clauses))) == tuple(clauses)


@pytest.mark.parametrize("pooling", [1e6, 2.0000001, 123456.7])
def test_a_collection_opens_again_in_the_form_that_was_asked_for(
    tmp_path: Path, pooling: float
) -> None:
    vector_format = VectorFormat("int8", None, pooling)
    collection = Collection.create(tmp_path / "made", fingerprint="made", dim=8)
    with collection.writer() as writer:
        writer.compress(vector_format)
    file = make_file("a", 0, 2, 8)
    again = Collection.open(tmp_path / "made")
    with again.writer() as writer:
        file.write(writer)
    assert again.stats().vector_format == vector_format
    assert [one.name for one in again.files()] == ["a"]


def test_an_older_text_of_a_form_is_read() -> None:
    assert VectorFormat.parse("int8/pool1e+06") == VectorFormat("int8", None, 1e6)
