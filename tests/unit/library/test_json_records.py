"""What an answer's record says beside its text."""

from __future__ import annotations

from trovato.core import Answer
from trovato.library import answer_json


def test_a_record_says_why_there_is_no_answer_and_what_no_page_says() -> None:
    said = answer_json(Answer("", votes={"Paris": 1, "Lyon": 1}))
    assert said["disagreement"] is True
    said = answer_json(Answer("Paris.", refused="no", cut=True, unsupported=("Paris.",)))
    assert said["disagreement"] is False
    assert (said["refused"], said["cut"], list(said["unsupported"])) == ("no", True, ["Paris."])
