"""What is written can be read back, here and elsewhere."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from trovato.annotate import (
    Answered,
    Document,
    Judged,
    Project,
    SettingsSet,
    SpanMarked,
    Suggested,
)
from trovato.annotate.exporters import export
from trovato.annotate.importers import load, read_source
from trovato.core import InvalidInputError
from trovato.evaluate import evaluate, read_qrels, read_run


@pytest.fixture
def judged(project: Project) -> Project:
    project.record("ada", SettingsSet(overlap=1.0))
    project.record("bob", Judged("q1", "d1", 3, note="a note"))
    project.record("eve", Judged("q1", "d1", 3))
    project.record("bob", Judged("q1", "d2", 0, hard_negative=True, reason="partial"))
    project.record("bob", Judged("q1", "d3", 1))
    project.record("eve", Judged("q1", "d3", 2))
    project.record("bob", Judged("q2", "d2", 2))
    project.record("bob", Judged("q2", "d4", None))
    mark = project.record("bob", SpanMarked("q1", "d3", 2, 3, "😀"))
    project.record("bob", Answered("q1", "It opened in 1871.", (mark.id,)))
    said = {"grade": 1, "probabilities": [0.1, 0.9, 0, 0]}
    project.record("ada", Suggested("grade", "q2", "d1", "tiny", "hash", said))
    return project


def test_trec_files_are_what_evaluate_reads(judged: Project, tmp_path: Path) -> None:
    report = export(judged, tmp_path / "out", "trec")
    assert (report.labels, report.undecided, report.unsure) == (3, 1, 1)
    qrels = read_qrels(tmp_path / "out" / "qrels.test.txt")
    assert qrels == judged.labels().qrels == {"q1": {"d1": 3, "d2": 0}, "q2": {"d2": 2}}
    run = read_run(tmp_path / "out" / "runs" / "good.run")
    assert run == judged.runs()["good"]
    assert evaluate(run, qrels, "RR").overall.estimates["RR"].mean == 1


@pytest.mark.parametrize("form", ["beir", "trec", "jsonl"])
def test_an_export_comes_back(
    judged: Project, tmp_path: Path, form: Literal["beir", "trec", "jsonl"]
) -> None:
    export(judged, tmp_path / "out", form)
    with Project.create(tmp_path / "again", "zoe", SettingsSet(overlap=1.0)) as again:
        report = load(again, read_source(form, tmp_path / "out"), "zoe")
        assert report.skipped == ()
        assert again.labels().qrels == judged.labels().qrels
        assert again.queries() == judged.queries()
        assert list(again.store.documents()) == list(judged.store.documents())
        if form != "beir":
            assert again.runs() == judged.runs()
        if form == "jsonl":
            first, second = tmp_path / "out", tmp_path / "second"
            export(again, second, "jsonl")
            for name in ("labels", "documents", "queries", "pooled", "hard_negatives"):
                assert (first / f"{name}.jsonl").read_text() == (
                    second / f"{name}.jsonl"
                ).read_text()
            assert [one.quote for one in again.spans("q1").values()] == ["😀"]
            (answer,) = again.store.current("answer")
            assert isinstance(answer.event, Answered)
            assert [again.spans("q1")[one].quote for one in answer.event.citations] == ["😀"]
            assert [(one.query, one.document, one.grade) for one in again.judgements()] == [
                (one.query, one.document, one.grade) for one in judged.judgements()
            ]


def test_other_libraries_read_it_and_agree(judged: Project, tmp_path: Path) -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")
    export(judged, tmp_path / "out", "trec")
    with (tmp_path / "out" / "qrels.test.txt").open() as file:
        qrels = pytrec_eval.parse_qrel(file)
    with (tmp_path / "out" / "runs" / "bad.run").open() as file:
        run = pytrec_eval.parse_run(file)
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut_10", "map", "recip_rank"})
    values = theirs.evaluate(run)
    ours = evaluate(run, qrels, ["nDCG@10", "AP", "RR"]).per_query
    for query, measures in values.items():
        for name, key in (("nDCG@10", "ndcg_cut_10"), ("AP", "map"), ("RR", "recip_rank")):
            assert ours[query][name] == pytest.approx(measures[key], abs=1e-9)


@pytest.mark.needs("pyarrow")
def test_parquet_has_every_table(judged: Project, tmp_path: Path) -> None:
    from pyarrow import parquet

    export(judged, tmp_path / "out", "parquet", names=True)
    table = parquet.read_table(tmp_path / "out" / "judgements.parquet").to_pylist()
    assert [(one["judge"], one["grade"]) for one in table][-1] == ("bob", -1)
    assert {one.stem for one in (tmp_path / "out").glob("*.parquet")} >= {
        "spans",
        "answers",
        "pool",
    }


def test_people_are_numbered_unless_their_names_are_wanted(judged: Project, tmp_path: Path) -> None:
    export(judged, tmp_path / "out", "jsonl")
    export(judged, tmp_path / "named", "jsonl", names=True)

    def judges(folder: str) -> set[str]:
        lines = (tmp_path / folder / "judgements.jsonl").read_text("utf-8").splitlines()
        return {json.loads(line)["judge"] for line in lines}

    assert judges("named") == {"bob", "eve"}
    assert judges("out").isdisjoint({"bob", "eve"})
    assert len(judges("out")) == 2


def test_a_models_grades_stand_apart_unless_they_are_to_be_mixed(
    judged: Project, tmp_path: Path
) -> None:
    export(judged, tmp_path / "people", "trec")
    assert not (tmp_path / "people" / "qrels.model.txt").exists()
    export(judged, tmp_path / "apart", "trec", model="tiny")
    assert read_qrels(tmp_path / "apart" / "qrels.model.txt") == {"q2": {"d1": 1}}
    assert read_qrels(tmp_path / "apart" / "qrels.test.txt") == judged.labels().qrels
    export(judged, tmp_path / "mixed", "trec", model="tiny", mix_model_grades=True)
    mixed = read_qrels(tmp_path / "mixed" / "qrels.test.txt")
    assert mixed["q2"] == {"d1": 1, "d2": 2}
    assert json.loads((tmp_path / "mixed" / "manifest.json").read_text())["model_grades_mixed_in"]
    with pytest.raises(InvalidInputError, match="which model"):
        export(judged, tmp_path / "none", "trec", mix_model_grades=True)


def test_hard_negatives_come_with_what_answers(judged: Project, tmp_path: Path) -> None:
    export(judged, tmp_path / "out", "jsonl")
    (line,) = (tmp_path / "out" / "hard_negatives.jsonl").read_text().splitlines()
    found = json.loads(line)
    assert (found["positive_ids"], found["negative_ids"]) == (["d1"], ["d2"])


def test_nothing_is_written_over_and_nothing_half(judged: Project, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(InvalidInputError, match="nothing is written over"):
        export(judged, tmp_path / "there", "trec")
    judged.add_documents([Document("with space", "x")])
    judged.record("bob", Judged("q2", "with space", 1))
    with pytest.raises(InvalidInputError, match="'with space' cannot stand in a TREC file"):
        export(judged, tmp_path / "out", "trec")
    assert not (tmp_path / "out").exists()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".out")] == []
    export(judged, tmp_path / "beir", "beir")


@pytest.mark.parametrize(
    ("name", "refused"),
    [("a\tb", ("beir", "trec")), ("a\nb", ("beir", "trec")), (" a", ("beir", "trec")), ("😀", ())],
)
def test_strange_ids_come_back_or_are_refused(
    project: Project, tmp_path: Path, name: str, refused: tuple[str, ...]
) -> None:
    project.add_documents([Document(name, "x")])
    project.record("bob", Judged("q2", name, 1))
    forms: tuple[Literal["beir", "trec", "jsonl"], ...] = ("beir", "trec", "jsonl")
    for form in forms:
        if form in refused:
            with pytest.raises(InvalidInputError, match="cannot stand in"):
                export(project, tmp_path / form, form)
        else:
            export(project, tmp_path / form, form)
            with Project.create(tmp_path / f"{form}.again", "zoe") as again:
                load(again, read_source(form, tmp_path / form), "zoe")
                assert again.labels().qrels == {"q2": {name: 1}}


def test_the_manifest_has_the_checksum_of_every_file(judged: Project, tmp_path: Path) -> None:
    import hashlib

    export(judged, tmp_path / "out", "beir")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    digest: Callable[[str], str] = lambda name: hashlib.sha256(  # noqa: E731
        (tmp_path / "out" / name).read_bytes()
    ).hexdigest()
    assert set(manifest["files"]) == {"corpus.jsonl", "queries.jsonl", "qrels/test.tsv"}
    assert all(value == digest(name) for name, value in manifest["files"].items())
    assert manifest["undecided"] == [["q1", "d3"]]
