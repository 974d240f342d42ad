from pathlib import Path

import pytest

from trovato.core import InvalidInputError, Item
from trovato.data.datasets.cranfield import read_cranfield_documents, read_cranfield_queries

DOCUMENTS = """.I 1
.T
flow past
a wedge .
.A
smith,j.
.B
j. ae. 1, 1950, 2.
.W
flow past
a wedge .
  the flow is slow .
.I 2
.T
heat
.A
.B
.W
slabs get
.A
a second author
.W
warm .
.I 3
.T
.A
.B
.W
"""


def test_documents_are_read_with_repeated_sections_joined(tmp_path: Path) -> None:
    path = tmp_path / "documents"
    path.write_text(DOCUMENTS)
    assert list(read_cranfield_documents(path)) == [
        Item(
            "1",
            "text",
            "flow past\na wedge .\nthe flow is slow .",
            attributes={
                "title": "flow past\na wedge .",
                "authors": "smith,j.",
                "source": "j. ae. 1, 1950, 2.",
            },
        ),
        Item(
            "2",
            "text",
            "heat\nslabs get\nwarm .",
            attributes={"title": "heat", "authors": "a second author"},
        ),
        Item("3", "text", ""),
    ]


def test_queries_are_numbered_by_their_place(tmp_path: Path) -> None:
    path = tmp_path / "queries"
    path.write_text(".I 001\n.W\nwhat flows\npast a wedge .\n.I 004\n.W\nwhat gets warm .\n")
    assert read_cranfield_queries(path) == {
        "1": "what flows\npast a wedge .",
        "2": "what gets warm .",
    }


@pytest.mark.parametrize(("text", "line"), [("words\n", 1), (".I 1\n.T\na\n.I 2\nwords\n", 5)])
def test_text_outside_a_section_is_named(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "documents"
    path.write_text(text)
    with pytest.raises(InvalidInputError, match=f"line {line}: wanted a line .I and a number"):
        list(read_cranfield_documents(path))
