from __future__ import annotations

import json
from pathlib import Path

import pytest

from trovato.core import InvalidInputError
from trovato.data.datasets import missing_pictures, read_circo, read_cirr, read_fashion_iq
from trovato.evaluate import (
    CIRCO,
    FASHION_IQ,
    circo_submission,
    cirr_submission,
    evaluate_composed,
    fashion_iq_submission,
)

SHARED = Path(__file__).parents[4] / "shared" / "data" / "sdr-cir" / "annotations"
published = pytest.mark.skipif(not SHARED.exists(), reason="the published files are not here")


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


def test_submission_of_fashion_iq() -> None:
    entries = [{"candidate": f"B{place}", "captions": ["is red", "is long"]} for place in range(2)]
    run = {str(place): [f"P{place}-{one}" for one in range(60)] for place in range(2)}
    made = fashion_iq_submission(run, entries)
    assert [entry["candidate"] for entry in made] == ["B0", "B1"]
    assert made[1]["ranking"] == run["1"][:50]
    with pytest.raises(InvalidInputError, match="query '1' and 0 more have no ranking"):
        fashion_iq_submission({"0": run["0"]}, entries)
    with pytest.raises(InvalidInputError, match="50 different"):
        fashion_iq_submission({**run, "1": ["P"] * 60}, entries)


@published
def test_the_example_of_circo_is_what_we_would_submit() -> None:
    example = json.loads((SHARED / "circo" / "submission_val.json").read_text("utf-8"))
    queries = read_circo(SHARED / "circo" / "val.json")
    assert len(example) == len(queries) == 220
    run = {query: [str(one) for one in found] for query, found in example.items()}
    assert circo_submission(run) == example
    targets = {query.id: query.targets for query in queries}
    report = evaluate_composed(
        {query: [*dict.fromkeys([*targets[query], *found])] for query, found in run.items()},
        {query.id: query.reference for query in queries},
        targets,
        CIRCO,
        kinds={query.id: query.kinds for query in queries},
    )
    assert {one.mean for one in report.gallery.overall.estimates.values()} == {1.0}
    assert len(report.gallery.groups) == 9  # semantic aspects


@published
def test_the_example_of_cirr_is_what_we_would_submit() -> None:
    example = json.loads(
        (SHARED / "cirr" / "test1_pred_ranks_recall_subset.json").read_text("utf-8")
    )
    queries = read_cirr(SHARED / "cirr" / "cap.rc2.test1.part.json")
    run = {query.id: example[query.id] for query in queries}
    references = {query.id: query.reference for query in queries}
    groups = {query.id: query.group for query in queries}
    made = cirr_submission(run, references, "recall_subset", groups)
    assert made == {name: example[name] for name in ("version", "metric", *run)}


@published
def test_the_gallery_of_fashion_iq_lacks_nothing_and_keeps_the_reference() -> None:
    queries = read_fashion_iq(SHARED / "fashion-iq" / "cap.dress.val.json")
    gallery = json.loads((SHARED / "fashion-iq" / "split.dress.val.json").read_text("utf-8"))
    assert (len(queries), len(gallery)) == (2017, 3817)
    assert missing_pictures(queries, gallery) == ()
    assert missing_pictures(queries, gallery[1:]) in ((), (gallery[0],))
    report = evaluate_composed(
        {query.id: [query.reference, *query.targets] for query in queries},
        {query.id: query.reference for query in queries},
        {query.id: query.targets for query in queries},
        FASHION_IQ,
    )
    assert report.gallery.overall.estimates["R@10"].mean == 1.0
