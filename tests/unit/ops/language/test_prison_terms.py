import pytest

from trovato.ops import Term, parse_term


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("六个月", 6),
        ("一年六个月", 18),
        ("1年2个月", 14),
        ("三年", 36),
        ("十五年", 180),
        ("拘役四个月", 4),
        ("18", 18),
        ("18.0", 18),
        ("3年6个月零五日", 42 + 5 / 30),
        ("有期徒刑二年又三个月", 27),
        ("一年半", 18),
        ("６个月", 6),
    ],
)
def test_terms_in_months(said: str, months: float) -> None:
    found = parse_term(said)
    assert found is not None
    assert found.months == pytest.approx(months)
    assert not found.midpoint


@pytest.mark.parametrize("said", ["", "12-18", "不详", "六个月或者一年", "-3", "nan"])
def test_what_is_no_single_term(said: str) -> None:
    assert parse_term(said) is None


def test_a_range_has_a_middle_for_lenient_readers() -> None:
    assert parse_term("12-18", lenient=True) == Term("months", 15.0, midpoint=True)


@pytest.mark.parametrize(
    ("said", "kind"), [("无期徒刑", "life"), ("死刑", "death"), ("免予刑事处罚", "exempt")]
)
def test_what_is_not_counted_in_months(said: str, kind: str) -> None:
    found = parse_term(said)
    assert found is not None
    assert (found.kind, found.months) == (kind, None)
