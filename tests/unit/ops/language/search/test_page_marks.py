"""Parts with a number, and dates."""

from __future__ import annotations

import pytest

from trovato.ops import codes


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
    ],
)
def test_what_is_asked_for_by_its_number(asked: str, written: str) -> None:
    assert set(codes(asked)) & set(codes(written))


@pytest.mark.parametrize("text", ["3 marbles 2020", "a table of 3", "figures 12", "on 1st of May"])
def test_no_marks(text: str) -> None:
    assert not any(code[:4] in ("2020", "figu", "tabl") for code in codes(text))
