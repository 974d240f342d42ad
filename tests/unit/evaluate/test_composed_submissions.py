from __future__ import annotations

import pytest

from trovato.core import InvalidInputError
from trovato.evaluate import circo_submission, cirr_submission


def test_submission_of_circo() -> None:
    run = {"0": [str(place) for place in range(60)]}
    assert circo_submission(run) == {"0": list(range(50))}
    with pytest.raises(InvalidInputError, match="50 different"):
        circo_submission({"0": run["0"][:49]})
    with pytest.raises(InvalidInputError, match="50 different"):
        circo_submission({"0": ["7", "7", *run["0"]]})
    with pytest.raises(InvalidInputError, match="numbers of COCO"):
        circo_submission({"0": [f"p{place}" for place in range(50)]})


def test_submissions_of_cirr() -> None:
    run = {"9": ["ref", *(f"p{place}" for place in range(60))]}
    made = cirr_submission(run, {"9": "ref"}, "recall")
    assert (made["version"], made["metric"]) == ("rc2", "recall")
    assert made["9"] == [f"p{place}" for place in range(50)]
    group = {"9": ["ref", "p50", "p7", "p3", "p9"]}
    subset = cirr_submission(run, {"9": "ref"}, "recall_subset", group)
    assert subset["9"] == ["p3", "p7", "p9"]
    with pytest.raises(InvalidInputError, match="groups"):
        cirr_submission(run, {"9": "ref"}, "recall_subset")
