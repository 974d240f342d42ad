import pytest

from trovato.core import Box, Evidence, Hit, InvalidInputError, Item, Ranking


def item(name: str) -> Item:
    return Item(id=name, kind="page", text="")


def test_a_ranking_sorts_by_score_and_then_by_id() -> None:
    ranking = Ranking.of(
        [(item(name), score, Evidence()) for name, score in [("b", 1.0), ("c", 2.0), ("a", 1.0)]]
    )
    assert ranking.ids == ("c", "a", "b")
    assert [hit.rank for hit in ranking] == [1, 2, 3]


def test_hits_out_of_order_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="falling score"):
        Ranking((Hit(item("a"), 1.0, 1), Hit(item("b"), 2.0, 2)))


def test_tied_hits_out_of_id_order_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="falling score"):
        Ranking((Hit(item("b"), 1.0, 1), Hit(item("a"), 1.0, 2)))


def test_ranks_that_skip_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="ranks must count"):
        Ranking((Hit(item("a"), 1.0, 1), Hit(item("b"), 0.5, 3)))


def test_the_box_around_boxes_holds_them_all() -> None:
    assert Box.around([Box(1.0, 2.0, 3.0, 4.0), Box(0.0, 3.0, 2.0, 9.0)]) == Box(0.0, 2.0, 3.0, 9.0)


def test_a_box_around_nothing_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="around nothing"):
        Box.around([])


def test_a_box_with_crossed_corners_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="left <= right"):
        Box(3.0, 0.0, 1.0, 1.0)
