"""A turn ends with its first action, found without reading the whole turn at every token."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.generate.agent import parse_action
from trovato.train.rl.policies.turn_end import TurnEnd

LETTERS = [*"<>/abchnrsew ", "<search>", "</search>", "<answer>", "</answer>"]


class Letters:
    """Tokens are pieces of text; counts what it decoded."""

    def __init__(self) -> None:
        self.decoded = 0

    def __call__(self, tokens: np.ndarray) -> str:
        self.decoded += len(tokens)
        return "".join(LETTERS[one] for one in tokens.tolist())


def _ends(text: list[int]) -> int | None:
    end = TurnEnd(Letters(), ["search"])
    return next((at for at, token in enumerate(text) if end(token)), None)


def test_it_ends_where_the_whole_text_first_holds_an_action() -> None:
    random = np.random.default_rng(0)
    ended = 0
    for _ in range(300):
        tokens = random.choice(
            len(LETTERS), 40, p=[0.074] * 13 + [0.012, 0.01, 0.008, 0.008]
        ).tolist()
        whole = ["".join(LETTERS[one] for one in tokens[: at + 1]) for at in range(40)]
        expected = next((n for n, text in enumerate(whole) if parse_action(text, ["search"])), None)
        assert _ends(tokens) == expected
        ended += expected is not None
    assert 10 < ended < 290


@pytest.mark.parametrize("name", ["search", "answer"])
def test_a_tag_in_single_letters_is_found(name: str) -> None:
    spelt = [LETTERS.index(one) for one in f"a<{name}>b</{name}>"]
    assert _ends([*spelt, 3, 3]) == len(spelt) - 1
    assert _ends([one for one in spelt if LETTERS[one] != "/"]) is None
    assert _ends([LETTERS.index(f"</{name}>"), *spelt]) == len(spelt)  # closed before it is opened


def test_time_grows_with_the_length() -> None:
    def decoded(length: int) -> int:
        letters = Letters()
        end = TurnEnd(letters, ["search"])
        assert not any(end(3) for _ in range(length))
        return letters.decoded

    assert decoded(2000) - decoded(1000) == decoded(3000) - decoded(2000)
