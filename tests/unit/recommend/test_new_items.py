"""Items that were never counted: ranked by what is like them, and told as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from trovato.core import InvalidInputError, Item, TokenVectors
from trovato.interactions.bins import CountTable
from trovato.recommend.forecasts import forecast_new_items


class Letters:
    """Vectors of the words of a title: one axis for each first letter."""

    fingerprint = "letters"
    dim = 26

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        yield from map(self.encode_query, texts)

    def encode_query(self, text: str) -> TokenVectors:
        axes = [ord(word[0].lower()) - ord("a") for word in text.split()]
        return TokenVectors(np.eye(26, dtype=np.float32)[axes])


ROWS = [("0", "old", 5.0)]
ROWS += [(f"{at}", f"s{at}", 50.0 + at) for at in range(1, 6)]
ROWS += [(f"{at}", f"b{at}", 1.0 + at) for at in range(1, 6)]
CATALOGUE = {
    **{f"s{at}": Item(f"s{at}", "item", "song x") for at in range(1, 6)},
    **{f"b{at}": Item(f"b{at}", "item", "book x") for at in range(1, 6)},
    "new song": Item("new song", "item", "song zero"),
    "new book": Item("new book", "item", "book zero"),
    "untold": Item("untold", "item", ""),
}


@pytest.mark.usefixtures("unchecked")
def test_new_items_begin_as_those_like_them_and_say_so() -> None:
    found = forecast_new_items(CountTable.of(ROWS), CATALOGUE, Letters())
    assert [one.item.id for one in found][:1] == ["new song"]
    by_name = {one.item.id: one for one in found}
    assert by_name.keys() == {"new song", "new book", "untold"}
    song, book = by_name["new song"], by_name["new book"]
    assert song.expected > 3 * book.expected
    for one in found:
        assert one.low <= one.expected <= one.high
        assert one.explanation is not None
        assert one.explanation.verification.accepted
        assert "It is new and has no counts: 3 items like it began so." in one.explanation.text
        assert "trend" not in one.explanation.text


@pytest.mark.usefixtures("unchecked")
def test_what_came_later_is_not_known() -> None:
    later = [*ROWS, ("6", "s6", 9000.0)]
    catalogue = {**CATALOGUE, "s6": Item("s6", "item", "song x")}
    now = forecast_new_items(CountTable.of(later), catalogue, Letters(), moment="5")
    assert "s6" in {one.item.id for one in now}
    assert max(one.expected for one in now) < 100


@pytest.mark.usefixtures("unchecked")
def test_a_catalogue_of_known_items_has_no_new_ones() -> None:
    assert forecast_new_items(CountTable.of(ROWS), {}, Letters()) == ()
    with pytest.raises(InvalidInputError, match="at least 1"):
        forecast_new_items(CountTable.of(ROWS), CATALOGUE, Letters(), top=0)
