"""A collection that answers while others write to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.library import Library, build_answerer
from trovato.testing import WordEncoder


@pytest.mark.parametrize("later", [None, "Pears."])
def test_an_answer_outlives_the_page_it_came_from(tmp_path: Path, later: str | None) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The harbour opened in 1871. Ships came.", "utf-8")
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add([note])
        system = build_answerer(library)
        documents = system.documents("When did the harbour open?")
        answer = system.answer("When did the harbour open?", documents)
        assert system.located(answer).citations[0].regions
        if later is None:
            library.remove(["note.txt"])
        else:
            note.write_text(later, "utf-8")
            library.add([note])
        found = system.located(answer)
    assert found.text == "The harbour opened in 1871."
    assert found.citations[0].quote == found.text
    assert found.citations[0].regions == ()
