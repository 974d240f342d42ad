import numpy as np
import pytest

from trovato.core import IdMap, InvalidInputError, as_id


def test_ids_keep_their_order_and_find_their_places() -> None:
    ids = IdMap(["B00B", "B00A", 17])
    assert list(ids) == ["B00B", "B00A", "17"]
    assert [ids.index_of(one) for one in ("17", 17, "B00B")] == [2, 2, 0]
    assert ids[1] == "B00A"
    assert "B00A" in ids
    assert ids.places(["B00A", "else", 17]).tolist() == [1, -1, 2]


def test_a_large_map_prints_in_one_line() -> None:
    assert repr(IdMap(range(5), "book")) == "IdMap(5 ids of the kind book: '0', '1', '2', …)"


def test_ids_come_back_from_an_array() -> None:
    ids = IdMap(["naïve", "two\nlines", "\x00end\x00", "17"])
    assert IdMap.from_array(np.array(ids.to_array())) == ids
    assert len(IdMap.from_array(IdMap([]).to_array())) == 0


@pytest.mark.parametrize("other", [b"\xff\x00", b'{"a": 1}', b"[[1]]", b'["a", "a"]'])
def test_an_array_of_something_else_is_refused(other: bytes, unchecked: None) -> None:
    with pytest.raises(InvalidInputError):
        IdMap.from_array(np.frombuffer(other, np.uint8))


@pytest.mark.parametrize(
    ("ids", "asked", "message"),
    [
        (["B00A7", "B00B7"], "B00A", r"no book of 2 has the id 'B00A': did you mean 'B00A7'"),
        (["B00A7", "B00B7"], "zzz", r"ids look like 'B00A7', 'B00B7'"),
        ([], "zzz", "there are none"),
    ],
)
def test_an_unknown_id_is_refused_with_near_ones(
    ids: list[str | int], asked: str, message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        IdMap(ids, "book").index_of(asked)


def test_what_is_no_id_is_refused() -> None:
    for wrong in ("", None, 1.5, True, b"a"):
        with pytest.raises(InvalidInputError, match="text or a whole number"):
            as_id(wrong)
    with pytest.raises(InvalidInputError, match="'1' comes twice"):
        IdMap(["1", 1])
    with pytest.raises(InvalidInputError, match="several"):
        IdMap("letters")
    with pytest.raises(IndexError):
        IdMap(["a"])[-1]
