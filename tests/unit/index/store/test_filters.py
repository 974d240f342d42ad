"""The language of conditions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trovato.core import Attribute, InvalidInputError, Page, TextLayout, generator
from trovato.index import Collection, Reader, parse_filter
from trovato.ops import int8_quantize
from trovato.testing.conformance.storage.store import unit_vectors

_FILES: dict[str, dict[str, Attribute]] = {
    "a.pdf": {"year": 2015, "title": "Annual Report É", "date": "2015-05-01", "code": "007"},
    "b/b.pdf": {"year": 2020, "title": 'The "best" of 20%', "share": 0.5, "code": "7"},
    "b/c d.txt": {"year": "2020", "title": "'; DROP TABLE files; --", "date": "2021-01-01"},
    "d.pdf": {},
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("filter") / "made"
    collection = Collection.create(folder, fingerprint="made", dim=4)
    vectors = int8_quantize(unit_vectors(generator(0, "filter"), 1, 4))
    with collection.writer() as writer:
        for name, attributes in _FILES.items():
            draft = writer.stage(name, "x", name.rpartition(".")[2], 1, attributes)
            for number in (1, 2):
                own: dict[str, Attribute] = {"ocr": number - 1}
                if (name, number) == ("b/b.pdf", 2):
                    own["year"] = 1900  # takes precedence over the file's
                page = Page(number, "word", TextLayout.empty(1.0, 1.0), own)
                draft.add(page, vectors, np.array([[0, 4]], np.int32))
            draft.finish()
    with collection.reader() as opened:
        yield opened


@pytest.mark.parametrize(
    ("filter", "wanted"),
    [
        ("", "a1 a2 b1 b2 c1 c2 d1 d2"),
        ("path:b/*", "b1 b2 c1 c2"),
        ('path="b/c d.txt"', "c1 c2"),
        ("path!=a.pdf kind:pdf", "b1 b2 d1 d2"),
        ("page:2", "a2 b2 c2 d2"),
        ("page<2", "a1 b1 c1 d1"),
        ("year>=2015", "a1 a2 b1 c1 c2"),
        ("year<2000", "b2"),
        ("year:2020", "b1 c1 c2"),
        ("year!=2020", "a1 a2 b2 d1 d2"),
        ("year>=2e3 year<2.02e3", "a1 a2"),
        ('title:"annual report é"', "a1 a2"),
        ('title:"\\"best\\""', "b1 b2"),
        ("title:%", "b1 b2"),
        ('title:"\'; drop"', "c1 c2"),
        ("date>=2015-05-01", "a1 a2 c1 c2"),
        ("date>2016", "c1 c2"),
        ("code=007", "a1 a2"),
        ("code=7", "b1 b2"),
        ("share<=0.5", "b1 b2"),
        ("ocr=1 year=1900", "b2"),
        ("year<1" + "0" * 400, "a1 a2 b1 b2"),  # beyond any float; c has a text
    ],
)
def test_conditions_choose_pages(reader: Reader, filter: str, wanted: str) -> None:
    for rows in (
        [row for row, _ in reader.search_lexical("word", 100, filter)],
        [row for row, _ in reader.search_vectors(np.ones((1, 4), np.float32), 100, filter).best],
    ):
        items = [reader.item(row) for row in rows]
        letters = {"a.pdf": "a", "b/b.pdf": "b", "b/c d.txt": "c", "d.pdf": "d"}
        found = sorted(letters[name] + page for name, page in (i.id.split("#") for i in items))
        assert " ".join(found) == wanted


@pytest.mark.parametrize(
    ("filter", "problem", "column"),
    [
        ("yaer>3", "no page has an attribute 'yaer'; known are code, date, kind, ocr, page", 0),
        ("page:1 yaer=3", "no page has an attribute", 7),
        ("year", "expected one of", 4),
        ("year>", "expected a value", 5),
        ("year>>3", "expected a value", 5),
        ('title:"open', "not closed", 6),
        ('title:"a"b', "expected a space", 9),
        (" =3", "expected the name", 1),
        ("page:x", "needs a number", 0),
    ],
)
def test_what_cannot_be_read_is_pointed_at(
    reader: Reader, filter: str, problem: str, column: int
) -> None:
    with pytest.raises(InvalidInputError, match=problem) as caught:
        reader.search_lexical("word", 1, filter)
    assert str(caught.value).splitlines()[-2:] == [f"  {filter}", f"  {' ' * column}^"]


def test_half_a_character_is_refused(reader: Reader) -> None:
    with pytest.raises(InvalidInputError, match="which is no character"):
        reader.search_lexical("word", 1, "path:\udcff*")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_query_that_is_not_finite_is_refused(reader: Reader, value: float) -> None:
    query = np.full((1, 4), value, np.float32)
    with pytest.raises(InvalidInputError, match="must be finite"):
        reader.search_vectors(query, 1)
    with pytest.raises(InvalidInputError, match="must be finite"):
        reader.score_vectors(query, [1])


_KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
_OPERATORS = st.sampled_from([":", "=", "!=", "<", "<=", ">", ">="])


@given(st.lists(st.tuples(_KEYS, _OPERATORS, st.text())))
def test_any_value_survives_in_quotes(conditions: list[tuple[str, str, str]]) -> None:
    quoted = [
        key + operator + '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for key, operator, value in conditions
    ]
    read = parse_filter(" ".join(quoted)).conditions
    assert [(one.key, one.operator, one.value) for one in read] == conditions


@given(st.text(alphabet=st.sampled_from('ab1 :=!<>"\\*\n#é\ud800')))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InvalidInputError):
        parse_filter(text)


@given(st.from_regex(r"[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]{1,4})?", fullmatch=True))
@example("9" * 400)
@example("9" * 5000)
def test_any_number_is_one(value: str) -> None:
    (condition,) = parse_filter(f"year<{value}").conditions
    assert condition.number == pytest.approx(float(value))
