import pytest

from trovato.core import Box, Evidence, Hit, InvalidInputError, Item, Link, PageEvidence, Ranking


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


def test_an_item_says_its_place_in_a_tree_and_what_it_points_to() -> None:
    link = Link("b.pdf#2", "see Table 2", (4, 15))
    table = Item("a#t1", "table", "", parent="a", order=3, image="a/t1.png", links=(link,))
    assert (table.parent, table.order, table.image, table.links) == ("a", 3, "a/t1.png", (link,))
    assert Item("a", "note").links == ()


@pytest.mark.parametrize(("parent", "order"), [("a", 0), (None, -1)])
def test_an_item_in_no_possible_place_is_refused(parent: str | None, order: int) -> None:
    with pytest.raises(InvalidInputError, match=r"a part of itself|counts from 0"):
        Item("a", "note", parent=parent, order=order)


@pytest.mark.parametrize("span", [(3, 2), (-1, 2)])
def test_a_link_to_nothing_or_from_nowhere_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(InvalidInputError, match="needs the id"):
        Link("")
    with pytest.raises(InvalidInputError, match="first character"):
        Link("a", span=span)


def test_evidence_of_a_page_is_evidence_and_prints_in_one_line() -> None:
    found: Evidence = PageEvidence("the harbour", ((4, 11),))
    assert found != Evidence("the harbour", ((4, 11),))
    assert repr(found).startswith("PageEvidence('the harbour', 1 marks, 0 regions")
    assert repr(Evidence("the harbour")) == "Evidence('the harbour', 0 marks)"
