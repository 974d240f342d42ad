import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import chinese_number, parse_chinese_number


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一百零八", 108),
        ("一百一十", 110),
        ("一千二百三十四", 1234),
        ("三千五", 3500),
        ("一万二千", 12_000),
        ("两万", 20_000),
        ("二〇一三", 2013),
        ("3万", 30_000),
        ("1.5万", 15_000),
        ("１２，０００", 12_000),
        ("2亿", 200_000_000),
        ("一亿二千万", 120_000_000),
    ],
)
def test_numbers_in_any_digits(said: str, value: float) -> None:
    assert parse_chinese_number(said) == value


@pytest.mark.parametrize("text", ["", "元", "三三十", "12-18", "abc", "一x"])
def test_what_is_no_number(text: str) -> None:
    assert parse_chinese_number(text) is None


@given(st.integers(0, 9999))
def test_every_number_of_an_article_comes_back(value: int) -> None:
    assert parse_chinese_number(chinese_number(value)) == value


def test_numbers_are_written_as_statutes_write_them() -> None:
    assert [chinese_number(n) for n in (5, 10, 19, 20, 101, 110, 264, 1001)] == [
        "五",
        "十",
        "十九",
        "二十",
        "一百零一",
        "一百一十",
        "二百六十四",
        "一千零一",
    ]
