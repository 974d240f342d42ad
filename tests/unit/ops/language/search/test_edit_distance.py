"""Edit distances against the plain table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trovato.ops import edit_distances

_WORDS = st.text(alphabet="abc", max_size=6)


def plain(one: str, other: str) -> int:
    """Optimal string alignment as it is defined, one pair at a time."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i, j] = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


@given(_WORDS, st.lists(_WORDS, max_size=5))
def test_they_are_those_of_the_plain_table(word: str, others: list[str]) -> None:
    assert edit_distances(word, others).tolist() == [plain(word, other) for other in others]
