"""What an answer's record says beside its text."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from trovato.core import (
    Answer,
    Box,
    Evidence,
    Item,
    PageEvidence,
    PathEvidence,
    PathStep,
    Ranking,
    Region,
    TokenMatch,
)
from trovato.library import answer_json, ranking_json

WORD = Region(Box(1.5, 2.0, 3.0, 4.25), 0.5, "mill")


def test_a_record_says_why_there_is_no_answer_and_what_no_page_says() -> None:
    said = answer_json(Answer("", votes={"Paris": 1, "Lyon": 1}))
    assert said["disagreement"] is True
    said = answer_json(Answer("Paris.", refused="no", cut=True, unsupported=("Paris.",)))
    assert said["disagreement"] is False
    assert (said["refused"], said["cut"], list(said["unsupported"])) == ("no", True, ["Paris."])


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("The mill", ((4, 8),), {"late": 0.5, "lexical": 2.0}),
        PageEvidence(
            "The mill",
            regions=(WORD,),
            heat=(WORD, WORD),
            matches=(TokenMatch("mills", "mill", 4, 8, 0.75),),
        ),
        PathEvidence(steps=(PathStep("a", "b", "mill", 1.0, met=("x", "y")),), subqueries=("q",)),
    ],
)
def test_evidence_is_told_as_dataclasses_would(evidence: Evidence) -> None:
    ranking = Ranking.of([(Item("a", "note", "The mill"), 1.0, evidence)])
    (hit,) = ranking_json("mill", "late", ranking)["hits"]
    assert hit["evidence"] == asdict(evidence)
