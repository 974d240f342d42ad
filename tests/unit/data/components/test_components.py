"""Paragraphs, tables and charts as items: what their parts say, and where their links stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trovato.core import Item, Link
from trovato.data.components import Cell, chart_item, paragraph_items, path_line, table_items

TEXT = "Lyn won the cup in 1911. Its keeper was Ole Moe. He later coached Brann."


def linked(item: Item) -> dict[str, str]:
    """What each link with a span stands on."""
    return {link.target: item.text[link.span[0] : link.span[1]] for link in item.links if link.span}


def test_headings_are_told_once_and_in_one_line() -> None:
    assert path_line(["Lyn", "Lyn", "", "First\n years"]) == "Lyn / First years"
    assert path_line([]) == ""


def test_a_paragraph_and_its_sentences() -> None:
    span = (TEXT.index("Ole"), TEXT.index("Ole") + 7)
    whole, *parts = paragraph_items(
        "p", TEXT, parent="d", order=3, path=("Lyn", "Cup"), links=[Link("ole", "Ole Moe", span)]
    )
    assert (whole.parent, whole.order, whole.kind) == ("d", 3, "paragraph")
    assert whole.text == f"Lyn / Cup\n{TEXT}"
    assert [part.id for part in parts] == ["p.s1", "p.s2", "p.s3"]
    assert parts[1].text == "Lyn / Cup\nIts keeper was Ole Moe."
    assert linked(whole) == linked(parts[1]) == {"ole": "Ole Moe"}
    assert not parts[0].links
    assert not parts[2].links


def test_a_link_over_two_sentences_stays_with_the_paragraph() -> None:
    whole, *parts = paragraph_items("p", TEXT, links=[Link("x", "", (10, 40)), Link("y")])
    assert [link.target for link in whole.links] == ["x", "y"]
    assert not any(part.links for part in parts)


def test_one_sentence_is_its_paragraph() -> None:
    assert len(paragraph_items("p", "Lyn won.")) == 1


def test_every_row_says_what_its_columns_are() -> None:
    rows = [[Cell(f"{1900 + n}"), Cell(f"Club {n}", (f"club-{n}",)), Cell()] for n in range(200)]
    table, *parts = table_items(
        "t", [Cell("Year"), Cell("Winner", ("cup",)), Cell("Note")], rows, path=("Cup", "Winners")
    )
    assert len(parts) == 200
    assert parts[11].text == "Cup / Winners\nYear: 1911; Winner: Club 11"
    assert linked(parts[11]) == {"club-11": "Club 11"}
    assert (parts[11].id, parts[11].parent, parts[11].order) == ("t.r12", "t", 11)
    assert table.text.startswith("Cup / Winners\nYear | Winner | Note\n1900 | Club 0\n")
    assert len(table.links) == 201


def test_a_table_without_heads() -> None:
    _, row = table_items("t", [], [[Cell("a", ("x",)), Cell("b")]])
    assert row.text == "a | b"
    assert linked(row) == {"x": "a"}


def test_a_chart_is_found_by_its_words() -> None:
    words = ["80 ", "Cuts in\ndefense "]
    item = chart_item("c", "c.png", words, path=("Deficit",), caption="Polls")
    assert item.text == "Deficit\nPolls\n80 Cuts in defense"
    assert (item.kind, item.image) == ("picture", "c.png")


@given(
    st.lists(st.lists(st.text("ab |;:\n", max_size=4), min_size=1, max_size=4), max_size=4),
    st.lists(st.text("xy", max_size=2), max_size=4),
)
def test_spans_stand_on_their_cells(cells: list[list[str]], heads: list[str]) -> None:
    rows = [
        [Cell(text, (f"{at}/{column}",)) for column, text in enumerate(row)]
        for at, row in enumerate(cells)
    ]
    for row in table_items("t", [Cell(head) for head in heads], rows)[1:]:
        for target, words in linked(row).items():
            number, column = map(int, target.split("/"))
            assert words == cells[number][column]
