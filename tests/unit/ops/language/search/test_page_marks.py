"""Parts with a number, and dates."""

from __future__ import annotations

import pytest

from trovato.ops import captions, codes


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Figure 3", "fig. 3: the shares"),
        ("Table 2.1", "TABLE 2.1 Shares"),
        ("slide 12", "title name page 12"),
        ("Abbildung 4", "see Figure 4"),
        ("2019-12-31", "Dec. 31, 2019"),
        ("May 1st, 2020", "1 May 2020"),
        ("what does appendix 2 list?", "Appendix 2"),
        ("Figure 6", "figures 5 and 6"),
        ("page fourteen", "title name page 14"),
        ("on the second slide", "title name page 2"),
        ("pages 3 to 5", "title name page 4"),
        ("from page 3 to page 5", "title name page 4"),
        ("what is table iv?", "TABLE IV. Funds"),
        ("units 4, 5, and 6", "UNIT 6: Work"),
        ("Table 2-1", "Table2-1 Kinds"),
    ],
)
def test_what_is_asked_for_by_its_number(asked: str, written: str) -> None:
    assert set(codes(asked)) & set(codes(written))


@pytest.mark.parametrize("text", ["3 marbles 2020", "a table of 3", "12 figures", "on 1st of May"])
def test_no_marks(text: str) -> None:
    assert not any(code[:4] in ("2020", "figu", "tabl") for code in codes(text))


def test_a_caption_begins_a_line() -> None:
    folded = "as figure 2 shows\n figure 3: shares\n(table 2.1) funds\nfig. 4 all\nfigures of 5"
    assert captions(folded) == ["figure 3", "(table 2.1", "fig. 4"]


def test_a_year_after_a_number_is_no_second_one() -> None:
    assert {"table4", "table2015"} & set(codes("in table 4, 2015")) == {"table4"}
