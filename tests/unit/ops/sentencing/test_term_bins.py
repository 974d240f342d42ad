import pytest

from trovato.core import InvalidInputError
from trovato.ops import term_bin


@pytest.mark.parametrize(
    ("months", "expected"),
    list(
        zip(
            (0, 0.5, 6, 6.01, 9, 12, 12.5, 24, 36, 60, 84, 120, 121),
            (0, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 9),
            strict=True,
        )
    ),
)
def test_the_released_bins(months: float, expected: int) -> None:
    assert term_bin(months) == expected


def test_no_number_has_no_bin() -> None:
    with pytest.raises(InvalidInputError, match="NaN"):
        term_bin(float("nan"))
