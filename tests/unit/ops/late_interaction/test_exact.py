from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError, RaggedVectors
from trovato.ops import available_kernels, best_tokens, int8_quantize, maxsim
from trovato.testing import check_maxsim

QUERY = np.array([[1, 0], [0, 1]], np.float32)
VALUES = np.array([[0.5, 0], [0, 0.25], [-1, -1]], np.float32)
OFFSETS = np.array([0, 2, 2, 3], np.int64)


def test_a_case_worked_by_hand() -> None:
    assert maxsim(QUERY, VALUES, OFFSETS).tolist() == [0.75, -np.inf, -2]


PARTS = [VALUES[:2], VALUES[2:2], VALUES[2:]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_items_given_one_by_one(dtype: type) -> None:
    parts: list[Any] = [part.astype(dtype) for part in PARTS]
    assert maxsim(QUERY, parts).tolist() == [0.75, -np.inf, -2]
    assert maxsim(QUERY.astype(np.float64), tuple(parts)).tolist() == [0.75, -np.inf, -2]
    ragged = RaggedVectors.stack(PARTS)
    assert maxsim(QUERY, ragged, items=np.array([2, 0])).tolist() == [-2, 0.75]


def test_maxsim_keeps_its_laws_item_by_item() -> None:
    check_maxsim(maxsim)
    check_maxsim(lambda query, items: maxsim(query, list(items)))


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (VALUES, r"without offsets, vectors must be .* a list .* got ndarray of shape \(3, 2\)"),
        (int8_quantize(VALUES), "never padded, got Int8Vectors"),
        ([VALUES, VALUES[0]], r"item 1 has shape \(2,\), and the first has \(3, 2\)"),
        ([VALUES, VALUES[:, :1]], r"item 1 has shape \(3, 1\)"),
        ([VALUES[0]], r"item 0 has shape \(2,\)"),
        ([], "no items"),
    ],
)
def test_what_is_not_one_array_for_each_item(vectors: Any, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        maxsim(QUERY, vectors)


@pytest.mark.parametrize("vectors", [RaggedVectors.stack(PARTS), PARTS, tuple(PARTS)])
def test_items_given_one_by_one_take_no_offsets(vectors: Any) -> None:
    with pytest.raises(InvalidInputError, match="leave out offsets"):
        maxsim(QUERY, vectors, OFFSETS)


def test_selected_items_in_the_order_asked() -> None:
    items = np.array([2, 0, 2], np.int64)
    assert maxsim(QUERY, VALUES, OFFSETS, items).tolist() == [-2, 0.75, -2]


def test_no_item_selected() -> None:
    assert maxsim(QUERY, VALUES, OFFSETS, np.zeros(0, np.int64)).tolist() == []


def test_best_tokens_worked_by_hand() -> None:
    index, score = best_tokens(QUERY, VALUES[:2])
    assert index.tolist() == [0, 1]
    assert score.tolist() == [0.5, 0.25]


def test_best_tokens_of_a_tie_take_the_lowest() -> None:
    index, _ = best_tokens(QUERY, np.ones((30, 2), np.float32))
    assert index.tolist() == [0, 0]


def test_a_read_only_memory_map_is_read_in_place(tmp_path: Path) -> None:
    np.save(tmp_path / "values.npy", VALUES)
    mapped = np.load(tmp_path / "values.npy", mmap_mode="r")
    assert maxsim(QUERY, mapped, OFFSETS).tolist() == [0.75, -np.inf, -2]
    np.save(tmp_path / "halves.npy", VALUES.astype(np.float16))
    halves = np.load(tmp_path / "halves.npy", mmap_mode="r")
    assert maxsim(QUERY, halves, OFFSETS).tolist() == [0.75, -np.inf, -2]


def test_a_query_in_another_memory_order() -> None:
    turned = np.asfortranarray(QUERY * [[1], [2]], np.float32)
    assert maxsim(turned, VALUES, OFFSETS).tolist() == [1, -np.inf, -3]


def test_the_portable_kernel_is_always_there() -> None:
    assert available_kernels()[-1] == "portable"


def test_other_threads_run_while_it_scores() -> None:
    values = np.ones((200_000, 128), np.float32)
    offsets = np.arange(0, len(values) + 1, 100, dtype=np.int64)
    query = np.ones((64, 128), np.float32)
    done = threading.Event()

    def work() -> None:
        maxsim(query, values, offsets, kernel="portable")
        done.set()

    worker = threading.Thread(target=work)
    worker.start()
    turns = 0
    while not done.wait(0.001):
        turns += 1
    worker.join()
    assert turns > 3, "the interpreter was locked"


@pytest.mark.parametrize("items", [[-1], [3], [0, 99]])
def test_items_out_of_range(items: list[int]) -> None:
    with pytest.raises(InvalidInputError, match="items must be between 0 and 2"):
        maxsim(QUERY, VALUES, OFFSETS, np.array(items, np.int64))


@pytest.mark.parametrize("offsets", [[], [0, 4], [-1, 3], [0, 3, 2]])
def test_offsets_out_of_range(offsets: list[int]) -> None:
    with pytest.raises(InvalidInputError, match="offsets must"):
        maxsim(QUERY, VALUES, np.array(offsets, np.int64))


def test_dimensions_differ() -> None:
    with pytest.raises(InvalidInputError, match="same encoder"):
        maxsim(np.ones((1, 3), np.float32), int8_quantize(VALUES), OFFSETS)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_query_that_is_not_finite(number: float) -> None:
    with pytest.raises(InvalidInputError, match="finite"):
        maxsim(np.full((1, 2), number, np.float32), VALUES, OFFSETS)


def test_an_empty_query() -> None:
    with pytest.raises(InvalidInputError, match="at least one token"):
        maxsim(np.zeros((0, 2), np.float32), VALUES, OFFSETS)


def test_vectors_that_would_need_a_copy() -> None:
    with pytest.raises(InvalidInputError, match="ascontiguousarray"):
        maxsim(QUERY, np.asfortranarray(VALUES), OFFSETS)


def test_an_unknown_kernel() -> None:
    with pytest.raises(InvalidInputError, match="portable"):
        maxsim(QUERY, VALUES, OFFSETS, kernel="abacus")


def test_threads_below_one() -> None:
    with pytest.raises(InvalidInputError, match="threads"):
        maxsim(QUERY, VALUES, OFFSETS, threads=0)


def test_best_tokens_of_nothing() -> None:
    with pytest.raises(InvalidInputError, match="without tokens"):
        best_tokens(QUERY, VALUES[:0])


@pytest.mark.parametrize("kernel", available_kernels())
@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_a_vector_that_is_not_a_number_is_passed_over(kernel: str, kind: type) -> None:
    values: np.ndarray = np.concatenate([np.full((2, 2), np.nan), VALUES]).astype(kind)
    scores = maxsim(QUERY, values, np.array([0, 4, 5]), kernel=kernel)
    assert scores.tolist() == [0.75, -2]
    assert best_tokens(QUERY, values[:4], kernel)[0].tolist() == [2, 3]
