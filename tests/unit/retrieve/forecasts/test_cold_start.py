"""Items without counts begin as their neighbours began."""

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.interactions.bins import CountTable
from trovato.retrieve.forecasts import ColdStart, newcomers

# Items that came later: a pair of films with small first counts, a trio of songs with large ones.
ROWS = [
    *[(f"{at}", "old", 7.0) for at in range(9)],
    *[("1", "film1", 1.0), ("2", "film2", 3.0), ("3", "film1", 99.0), ("2", "film3", 3.0)],
    *[("3", "song1", 40.0), ("4", "song2", 60.0), ("5", "song3", 50.0), ("6", "song1", 1.0)],
]
TABLE = CountTable.of(ROWS)
FILM, SONG = [1.0, 0.0], [0.0, 1.0]
VECTORS = np.array([FILM, FILM, FILM, SONG, SONG, SONG], np.float32)


def test_newcomers_are_the_newest_and_never_of_the_first_bin() -> None:
    names = [TABLE.items[at] for at in newcomers(TABLE, 8, 9)]
    assert names == ["film1", "film2", "film3", "song1", "song2", "song3"]
    assert [TABLE.items[at] for at in newcomers(TABLE, 8, 2)] == ["song2", "song3"]
    assert [TABLE.items[at] for at in newcomers(TABLE, 2, 9)] == ["film1", "film2", "film3"]


def test_near_titles_tell_how_an_item_begins() -> None:
    cold = ColdStart.fit(TABLE, newcomers(TABLE, 8, 9), VECTORS, neighbours=3)
    new = np.array([[0.9, 0.1], [0.2, 2.0]], np.float32)
    expected, low, high, told = cold.predict(new)
    assert expected == pytest.approx(
        [(2 * 4 * 4) ** (1 / 3) - 1, (41 * 61 * 51) ** (1 / 3) - 1], rel=1e-6
    )
    assert told.tolist() == [3, 3]
    assert low == pytest.approx([1.4, 42])
    assert high == pytest.approx([3, 58])


def test_a_category_is_asked_first_where_it_has_items() -> None:
    categories = np.array([0, 0, 0, 1, 1, 1])
    cold = ColdStart.fit(TABLE, newcomers(TABLE, 8, 9), VECTORS, categories, neighbours=3)
    # A title like that of a song, in the category of films; a category that nobody has; none.
    new = np.array([SONG, SONG, SONG], np.float32)
    expected = cold.predict(new, np.array([0, 7, -1]))[0]
    assert expected[0] < 4 < 40 < expected[1]
    assert expected[1] == expected[2]


def test_nothing_to_learn_from_is_refused(unchecked: None) -> None:
    with pytest.raises(InvalidInputError, match="after the first bin"):
        ColdStart.fit(TABLE, newcomers(TABLE, 0, 9), VECTORS[:0])
    with pytest.raises(InvalidInputError, match="6 items and 5 vectors"):
        ColdStart.fit(TABLE, newcomers(TABLE, 8, 9), VECTORS[:5])
