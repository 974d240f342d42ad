"""Numbered parts, dates and statements of accounts."""

from __future__ import annotations

import pytest

from trovato.ops import asked_statements, codes

_FIGURES = " ".join(f"{number},000" for number in range(30))


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


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Consolidated Balance Sheets", "What is the quick ratio in FY2015?"),
        ("CONSOLIDATED STATEMENTS OF OPERATIONS", "What is the operating margin?"),
        ("Consolidated Statements of Cash Flows", "How large was the capital expenditure?"),
        ("Statement of financial position", "total assets less liabilities"),
    ],
)
def test_statements_are_known_by_their_lines(title: str, question: str) -> None:
    marks = set(asked_statements(question.lower()))
    assert marks & set(codes(f"{title} {_FIGURES}"))
    assert not marks & set(codes(title)), "a title alone is no statement"
    assert not marks & set(codes(f"{'words ' * 100} {title} {_FIGURES}")), "it stands above"


def test_other_questions_ask_for_no_statement() -> None:
    assert asked_statements("where are dogs allowed?") == []
