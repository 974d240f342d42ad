import math

import pytest

from trovato.core import Decoding, InvalidInputError, generator


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tokens": 0},
        {"temperature": -1.0},
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"top_p": 0.0},
        {"top_p": math.nan},
        {"seed": -1},
    ],
)
def test_what_no_word_can_be_drawn_with_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInputError, match=str(next(iter(wrong.values())))):
        Decoding(**wrong)  # type: ignore[arg-type]


def test_a_seed_below_0_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="a seed is at least 0, got -1"):
        generator(-1, "any")
