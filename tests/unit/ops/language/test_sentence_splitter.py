"""Where sentences begin and end, on the shapes that pages really have."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trovato.ops import sentences, sentences_meeting


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One. Two! Three?  Four", ["One.", "Two!", "Three?", "Four"]),
        ('He said "no." She left.', ['He said "no."', "She left."]),
        ("(It rained.) It shone.", ["(It rained.)", "It shone."]),
        ("The U.S. economy grew by 2.5 percent.", ["The U.S. economy grew by 2.5 percent."]),
        ("J. S. Bach wrote it. Dr. Who did not.", ["J. S. Bach wrote it.", "Dr. Who did not."]),
        (
            "See Fig. 3 and No. 4. No. We will not.",
            ["See Fig. 3 and No. 4.", "No.", "We will not."],
        ),
        ("Fruit, e.g. Apples, vs. nuts.", ["Fruit, e.g. Apples, vs. nuts."]),
        ("Owned by Acme Inc. and others.", ["Owned by Acme Inc. and others."]),
        ("“Why?” he asked. Nobody knew.", ["“Why?” he asked.", "Nobody knew."]),
        (
            "今日は晴れ。明日は雨！「はい。」彼は言った。",
            ["今日は晴れ。", "明日は雨！", "「はい。」", "彼は言った。"],
        ),
        ("متى وصل؟ وصل أمس.", ["متى وصل؟", "وصل أمس."]),
        ("वह आया। वह गया।", ["वह आया।", "वह गया।"]),
        ("", []),
        (" \n ", []),
        ("...", ["..."]),
    ],
)
def test_sentences_of_running_text(text: str, wanted: list[str]) -> None:
    assert cut(text) == wanted


def test_lines_of_running_text_belong_together() -> None:
    text = "This sentence runs over the end\nof a line, and names Jane\nDoe. This one does not."
    assert cut(text) == [
        "This sentence runs over the end\nof a line, and names Jane\nDoe.",
        "This one does not.",
    ]


def test_a_heading_is_apart() -> None:
    text = "Data and methodology\nOur research looks at 76 rezonings that took place by 2007.\n"
    assert cut(text) == [
        "Data and methodology",
        "Our research looks at 76 rezonings that took place by 2007.",
    ]


def test_a_page_number_is_apart() -> None:
    assert cut("12\nThe committee met twice.") == ["12", "The committee met twice."]


def test_numbers_of_a_list_stay_with_what_they_number() -> None:
    text = "Requirements\n1. Pay the fee in time.\n2. Other courses\napproved by us.\n(a) None."
    assert cut(text) == [
        "Requirements",
        "1. Pay the fee in time.",
        "2. Other courses\napproved by us.",
        "(a) None.",
    ]


def test_bullets_are_left_out() -> None:
    text = "We sell:\n• red pens\n• blue ink\n- Paper of many kinds\n– but no glue"
    assert cut(text) == ["We sell:", "red pens", "blue ink", "Paper of many kinds\n– but no glue"]


def test_an_empty_line_is_a_border() -> None:
    assert cut("no mark here\n\nnor here") == ["no mark here", "nor here"]


def test_an_initial_at_the_start_of_a_line_is_no_number() -> None:
    assert len(cut("The report was written by the chairman and by\nA. Smith of Leeds.")) == 1


def test_long_runs_without_a_mark_are_cut_at_their_lines() -> None:
    row = "alpha 1 beta 2 gamma 3 delta 4"
    assert cut("\n".join([row] * 12)) == [row] * 12


def test_a_bullet_may_stand_in_a_line_of_its_own() -> None:
    assert cut("•\n1") == ["1"]
    assert cut("Rules:\n•\nApply early.\n•\npay the fee.") == [
        "Rules:",
        "Apply early.",
        "pay the fee.",
    ]


@given(st.text(st.sampled_from('aB1 .!?\n\r\t\f\x85\u2028\xa0"”)•*-–:。A(i'), max_size=60))
@example("•\n1")
def test_pieces_are_disjoint_and_leave_out_nothing_but_space_and_bullets(text: str) -> None:
    at = 0
    for start, end in sentences(text):
        piece = text[start:end]
        assert at <= start < end <= len(text)
        assert set("".join(text[at:start].split())) <= set("•*-–")
        assert piece == piece.strip()
        assert not re.search(r"\n\s*\n", piece)
        at = end
    assert set("".join(text[at:].split())) <= set("•*-–")


PIECES = (
    "Rain fell. ",
    "Then\nsun ",
    "\n\n",
    "Mr. ",
    "no. 5 ",
    "• red\n",
    "end.” ",
    "税。",
    "of ",
    "Old:\n",
)


@given(
    st.lists(st.sampled_from(PIECES), max_size=120).map("".join),
    st.integers(0, 900),
    st.integers(0, 300),
)
@example(" . .\n. . A", 4, 2)
def test_sentences_around_a_place_are_those_of_the_whole_text(
    text: str, start: int, length: int
) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    wanted = [one for one in sentences(text) if one[0] < end and start < one[1]]
    assert sentences_meeting(text, start, end) == wanted
