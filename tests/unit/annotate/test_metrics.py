"""Numbers while judging goes on."""

from pathlib import Path

import numpy as np
import pytest

from trovato.annotate import Document, Judged, Project, SettingsSet, Suggested, next_assignment
from trovato.annotate.metrics import agreement, calibrate, metrics, status
from trovato.annotate.simulate import simulate
from trovato.core import InvalidInputError, generator
from trovato.evaluate import evaluate


@pytest.fixture
def larger(tmp_path: Path) -> tuple[Project, dict[str, dict[str, int]]]:
    random = generator(0, "larger")
    names = [f"d{at}" for at in range(12)]
    project = Project.create(tmp_path / "made.judged", "ada", SettingsSet(overlap=0.0))
    project.add_documents(Document(name, f"text of {name}") for name in names)
    queries = {f"q{at}": f"query {at}" for at in range(6)}
    project.add_queries(queries, "ada")
    truth = {query: {name: int(random.integers(4)) for name in names} for query in queries}
    for run, noise in (("good", 0.5), ("bad", 4.0)):
        ranked = {
            query: sorted(names, key=lambda name: -grades[name] + random.normal(0, noise))
            for query, grades in truth.items()
        }
        project.add_run(ranked, run, "ada")
    return project, truth


def judge(project: Project, truth: dict[str, dict[str, int]], count: int) -> None:
    for _ in range(count):
        task = next_assignment(project, "ada")
        assert task is not None
        project.record(
            "ada", Judged(task.query, task.document.id, truth[task.query][task.document.id])
        )


def test_at_the_end_it_is_what_evaluate_says(
    larger: tuple[Project, dict[str, dict[str, int]]],
) -> None:
    project, truth = larger
    judge(project, truth, project.store.open_items())
    found = metrics(project, "nDCG@10").runs
    for name, run in project.runs().items():
        wanted = evaluate(run, truth, "nDCG@10").overall.estimates["nDCG@10"].mean
        assert found[name].judging.mean == pytest.approx(wanted, abs=1e-9)


def test_half_way_there_is_an_interval_and_what_is_needed(
    larger: tuple[Project, dict[str, dict[str, int]]],
) -> None:
    project, truth = larger
    judge(project, truth, 30)
    report = metrics(project, "nDCG@10")
    assert report.judged <= 30
    assert report.pool == 72
    assert list(report.runs) == ["good", "bad"]
    assert all(
        one.judging.low < one.judging.mean < one.judging.high for one in report.runs.values()
    )
    with pytest.raises(InvalidInputError, match="no estimator"):
        metrics(project, "Success@1")


def test_agreement_is_of_those_who_judged_the_same(project: Project) -> None:
    with pytest.raises(InvalidInputError, match="judged twice"):
        agreement(project)
    project.record("ada", SettingsSet(overlap=1.0))
    for name in ("bob", "eve"):
        while task := next_assignment(project, name):
            project.record(
                name,
                Judged(
                    task.query,
                    task.document.id,
                    len(task.document.id + task.query) % 4 if task.document.id == "d1" else 1,
                ),
            )
    assert agreement(project).alpha == 1
    assert (agreement(project).units, agreement(project).raters) == (7, 2)


def test_status_counts(project: Project) -> None:
    project.record("bob", Judged("q1", "d1", 1))
    project.record("bob", Judged("q1", "d2", None))
    found = status(project)
    assert (found.pool, found.open, found.judgements, found.unsure) == (7, 6, 2, 1)
    assert found.by_judge == {"bob": 2}


def test_a_model_is_calibrated_by_those_who_had_not_seen_it(
    larger: tuple[Project, dict[str, dict[str, int]]],
) -> None:
    project, truth = larger
    pairs = [(query, name) for query, judged in truth.items() for name in judged]
    for query, name in pairs:
        grade = min(truth[query][name] + 1, 3)
        project.record("ada", Suggested("grade", query, name, "tiny", "h", {"grade": grade}))
    judge(project, truth, 30)
    query, name = next(
        one
        for one in pairs
        if not project.store.current("judgement", query=one[0], document=one[1])
    )
    project.record("ada", Judged(query, name, 3, suggestion="seen"))
    found = calibrate(project, "tiny")
    assert found.documents == 30
    assert found.weighted_kappa > found.kappa
    assert np.sum(found.confusion) == 30
    true = np.mean([truth[query][name] for query, name in pairs])
    assert found.human_mean.low <= true <= found.human_mean.high < found.model_mean
    with pytest.raises(InvalidInputError, match="0 documents have a grade of 'other'"):
        calibrate(project, "other")


def test_scripted_annotators_lose_nothing(
    larger: tuple[Project, dict[str, dict[str, int]]], tmp_path: Path
) -> None:
    project, truth = larger
    report = simulate(tmp_path / "made.judged", truth, annotators=4, saves=10, error=0.0)
    assert report.saved >= 40
    assert report.conflicts == 0
    assert project.verify() == []
    assert all(one.grade == truth[one.query][one.document] for one in project.judgements())
    for item in project.store.pool():
        assert item.judged <= item.wanted
