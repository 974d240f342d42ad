from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError, Query
from trovato.retrieve.recommenders import (
    ItemIds,
    ItemScores,
    SequenceRetriever,
    load_recommender,
    save_recommender,
)

CATALOGUES: dict[str, tuple[Any, list[str]]] = {
    "text": (["B00B", "B00A", "ü"], ["B00A", "B00B", "ü"]),
    "array of text": (np.array(["b", "a"]), ["a", "b"]),
    "text and numbers": (["b", 7], ["7", "b"]),
    "numbers": ([5_000_000_000, 7, 10], ["10", "5000000000", "7"]),
    "signed": (np.array([-3, 12, 2**62]), ["-3", "12", str(2**62)]),
    "unsigned": (np.array([2**63 - 1, 9], np.uint64), ["9", str(2**63 - 1)]),
    "larger than signed numbers": (np.array([2**64 - 1, 9], np.uint64), [str(2**64 - 1), "9"]),
    "small": (np.array([100, 20, 3], np.uint32), ["100", "20", "3"]),
}


@pytest.mark.parametrize("name", CATALOGUES)
def test_ids_are_text_outside_and_stand_in_its_order(name: str, tmp_path: Path) -> None:
    given, wanted = CATALOGUES[name]
    recommender = ItemScores(np.ones(len(wanted), np.float32))
    save_recommender(tmp_path / "model.npz", recommender, ItemIds.of(given), {})
    for catalogue in (ItemIds.of(given), load_recommender(tmp_path / "model.npz")[1]):
        assert catalogue.text_of(range(len(catalogue))) == wanted
        assert [catalogue.index_of(one) for one in wanted] == list(range(len(wanted)))
        assert catalogue.places_of([*wanted[::-1], "404"]).tolist()[-1] == -1
        retriever = SequenceRetriever(recommender, catalogue)
        assert retriever.retrieve(Query(history=(wanted[0], "404")), 9).ids == tuple(wanted[1:])
        with pytest.raises(InvalidInputError, match=r"no item of \d has the id '404'"):
            catalogue.index_of("404")


def test_numbers_of_any_width_find_the_same_places() -> None:
    catalogue = ItemIds.of(np.array([5_000_000_000, 7]))
    for dtype in (np.int64, np.uint64):
        assert catalogue.places(np.array([7, 5_000_000_000, 8], dtype)).tolist() == [1, 0, -1]
    near = 2**60 + np.arange(5)  # one number where they are rounded to floating point
    assert ItemIds.of(near).places(near.astype(np.uint64)).tolist() == [0, 1, 2, 3, 4]
    assert catalogue.places(np.array([2**64 - 1], np.uint64)).tolist() == [-1]
    assert catalogue.places_of(["007", str(2**70)]).tolist() == [-1, -1]


def test_items_of_a_log_have_names_outside_and_numbers_inside(tmp_path: Path) -> None:
    catalogue = ItemIds.of(np.array([1, 2, 3], np.uint32), "film").called(["Vertigo", "M", "Ran"])
    save_recommender(tmp_path / "m.npz", ItemScores(np.ones(3, np.float32)), catalogue, {})
    for one in (catalogue, load_recommender(tmp_path / "m.npz")[1]):
        assert one.places(np.array([3, 1])).tolist() == [2, 0]
        assert one.places_of(["M", "3"]).tolist() == [1, -1]
        assert one.text_of([2]) == ["Ran"]
        with pytest.raises(InvalidInputError, match=r"no film of 3.*did you mean 'Vertigo'"):
            one.index_of("Vertigos")
    with pytest.raises(InvalidInputError, match="wanted 3 names"):
        catalogue.called(["Ran"])


def test_what_a_catalogue_refuses() -> None:
    some: list[list[str | int]] = [["a", "a"], [1, 1], ["1", 1]]
    for twice in some:
        with pytest.raises(InvalidInputError, match="twice"):
            ItemIds.of(twice)
    with pytest.raises(InvalidInputError, match="text or a whole number"):
        ItemIds.of(np.array([0.5]))
    with pytest.raises(InvalidInputError, match="have no numbers"):
        ItemIds.of(["a"]).places(np.array([0]))
