"""Whatever ids and scores: beams are different ids, and all of them are the exact order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import InvalidInputError
from trovato.generate.decoding import beam_search
from trovato.index.trie import IdTrie

SIZES = (3, 4, 2)


@st.composite
def drawn(draw: st.DrawFn) -> tuple[np.ndarray, dict[tuple[int, ...], np.ndarray]]:
    """Ids, and a score of each code after each prefix, some of them equal."""
    random = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    many = draw(st.integers(1, 20))
    codes = np.stack([random.integers(size, size=many) for size in SIZES], axis=1)
    tables = {}
    for depth, size in enumerate(SIZES):
        for prefix in np.ndindex(*SIZES[:depth]):
            tables[prefix] = random.integers(0, 3, size).astype(np.float32)
    return codes.astype(np.int64), tables


def exact(
    codes: np.ndarray, tables: dict[tuple[int, ...], np.ndarray]
) -> list[tuple[float, tuple[int, ...]]]:
    """Every id by falling log probability, written out slowly."""
    rows = {tuple(row) for row in codes.tolist()}
    found = []
    for row in rows:
        total = 0.0
        for depth in range(len(SIZES)):
            prefix = row[:depth]
            follow = sorted({one[depth] for one in rows if one[:depth] == prefix})
            scores = tables[prefix][follow].astype(np.float64)
            total += tables[prefix][row[depth]] - np.log(np.exp(scores).sum())
        found.append((round(total, 4), row))
    return sorted(found, key=lambda one: (-one[0], one[1]))


@given(drawn(), st.integers(1, 25))
def test_beams_are_different_ids_and_all_of_them_are_exact(
    made: tuple[np.ndarray, dict[tuple[int, ...], np.ndarray]], beams: int
) -> None:
    codes, tables = made
    trie = IdTrie.of(codes, SIZES)

    def next_scores(rows: np.ndarray, written: np.ndarray) -> np.ndarray:
        return np.stack([tables[tuple(one)] for one in written.tolist()])

    found = beam_search(next_scores, trie, 2, beams)
    wanted = exact(codes, tables)
    for query in range(2):
        mine = found.queries == query
        ids = [tuple(row) for row in found.ids[mine].tolist()]
        assert len(set(ids)) == len(ids) <= beams
        assert set(ids) <= {row for _, row in wanted}
        if beams >= len(wanted):
            close = [round(float(one), 4) for one in found.log_probabilities[mine]]
            assert close == pytest.approx([score for score, _ in wanted], abs=2e-4)
            assert sorted(ids) == sorted(row for _, row in wanted)
            assert sum(np.exp(close)) == pytest.approx(1, abs=1e-3)


def test_what_is_no_search_is_refused() -> None:
    trie = IdTrie.of(np.array([[0, 1, 0]]), SIZES)
    with pytest.raises(InvalidInputError, match="beams"):
        beam_search(lambda rows, _: np.zeros((len(rows), 3), np.float32), trie, 1, 0)
    with pytest.raises(InvalidInputError, match="3 codes were wanted"):
        beam_search(lambda rows, _: np.zeros((len(rows), 2), np.float32), trie, 1, 1)
