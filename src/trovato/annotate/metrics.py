"""Numbers while judging goes on: the runs, the people, the models."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from trovato.annotate.events import Suggested
from trovato.annotate.labels import final_labels
from trovato.annotate.project import Project, judgements_of
from trovato.core import InvalidInputError
from trovato.core.shapes import Float64
from trovato.evaluate.agreement import Agreement, agreement_interval, cohen_kappa
from trovato.evaluate.agreement.krippendorff import Level
from trovato.evaluate.incomplete import (
    IncompleteReport,
    PoweredMean,
    estimate_runs,
    prediction_powered_mean,
    priority_sample,
)


@dataclass(frozen=True, slots=True)
class Status:
    """How far a project has come.

    Parameters
    ----------
    pool, open
        Documents in the pools of all queries, and those that still want a grade.
    by_judge
        How many documents each person has graded.
    undecided, unsure
        Documents that wait for an adjudicator, and those that nobody was sure of.
    """

    documents: int
    queries: int
    runs: int
    pool: int
    open: int
    judgements: int
    by_judge: dict[str, int]
    undecided: int
    unsure: int

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A model's grades beside the grades that people gave blind.

    Parameters
    ----------
    model
        Its fingerprint.
    documents
        That have both.
    kappa, weighted_kappa
        Cohen's, and with quadratic weights; NaN where nothing varies.
    confusion
        How often people gave the grade of the row and the model that of the column.
    human_mean
        Mean grade of everything that the model graded, from people's grades with the model's help;
        valid where the people's part was drawn at random.
    model_mean
        Mean of the model's own grades of the same.
    """

    model: str
    documents: int
    kappa: float
    weighted_kappa: float
    confusion: tuple[tuple[int, ...], ...]
    human_mean: PoweredMean
    model_mean: float


def status(project: Project) -> Status:
    """How far a project has come."""
    by_judge = project.store.count_by_judge()
    # Those that a single person graded have that grade.
    labels = final_labels(judgements_of(project.store.contested()), project.adjudicated())
    return Status(
        documents=project.store.count_documents(),
        queries=len(project.queries()),
        runs=len(project.runs()),
        pool=project.store.count_pool(),
        open=project.store.open_items(),
        judgements=sum(by_judge.values()),
        by_judge=by_judge,
        undecided=len(labels.undecided),
        unsure=len(labels.unsure),
    )


def metrics(
    project: Project,
    measure: str = "nDCG@10",
    *,
    confidence: float = 0.95,
    model: str = "",
) -> IncompleteReport:
    """The pooled runs from the judgements so far, with intervals.

    A document that people are divided about counts with the lower of the grades until it is
    adjudicated.

    Parameters
    ----------
    measure, confidence
        As of `trovato.evaluate.incomplete.estimate_runs`.
    model
        Fingerprint of a model whose grades make the intervals shorter where they are good; what
        people said corrects them, so that they make nothing wrong.

    Raises
    ------
    InvalidInputError
        If there are no runs, or the pool was not judged in its order so far.
    """
    labels = project.labels()
    grades = {
        (query, document): grade
        for query, judged in labels.qrels.items()
        for document, grade in judged.items()
    } | {item: min(divided) for item, divided in labels.undecided.items()}
    pool = [(one.query, one.document, one.place, one.size) for one in project.store.pool()]
    predicted = {item: _shares(said) for item, said in model_grades(project, model).items()}
    sample = priority_sample(pool, grades, predicted if model else None)
    return estimate_runs(project.runs(), sample, measure, confidence=confidence)


def agreement(project: Project, level: Level = "ordinal") -> Agreement:
    """Krippendorff's alpha of everyone who judged, over the documents that two or more judged.

    Raises
    ------
    InvalidInputError
        If no document was judged twice.
    """
    return agreement_interval(ratings(project), level)


def ratings(project: Project) -> Float64[np.ndarray, "judges items"]:
    """Everyone's grades, by name and by query and document; NaN where there is none."""
    found = [one for one in project.judgements() if one.grade is not None]
    judges = sorted({one.judge for one in found})
    items = sorted({(one.query, one.document) for one in found})
    rows = {judge: row for row, judge in enumerate(judges)}
    columns = {item: column for column, item in enumerate(items)}
    table = np.full((len(judges), len(items)), np.nan)
    for one in found:
        if one.grade is not None:
            table[rows[one.judge], columns[one.query, one.document]] = one.grade
    return table


def model_grades(project: Project, model: str) -> dict[tuple[str, str], Suggested]:
    """The last grade that a model suggested for each query and document."""
    found = (one.event for one in project.store.current("suggestion"))
    return {
        (one.query, one.document): one
        for one in found
        if isinstance(one, Suggested) and one.task == "grade" and one.model == model
    }


def calibrate(project: Project, model: str) -> Calibration:
    """How far a model's grades can be trusted: beside those of people who had not seen them.

    Raises
    ------
    InvalidInputError
        If fewer than two documents have both.
    """
    seen = {one.event for one in project.judgements() if one.suggestion}
    human: dict[tuple[str, str], int] = {}
    for one in project.judgements():
        if one.grade is not None and one.event not in seen:
            human.setdefault((one.query, one.document), one.grade)
    said = {item: int(one.output["grade"]) for item, one in model_grades(project, model).items()}
    both = sorted(human.keys() & said.keys())
    if len(both) < 2:
        raise InvalidInputError(
            f"{len(both)} documents have a grade of {model!r} and one that a person gave blind: "
            "judge two or more of those that it graded"
        )
    people = np.array([human[item] for item in both], np.float64)
    machine = np.array([said[item] for item in both], np.float64)
    rest = np.array([grade for item, grade in said.items() if item not in human], np.float64)
    confusion = np.zeros((4, 4), np.int64)
    np.add.at(confusion, (people.astype(np.int64), machine.astype(np.int64)), 1)
    return Calibration(
        model,
        len(both),
        cohen_kappa(people, machine),
        cohen_kappa(people, machine, "quadratic"),
        tuple(tuple(row) for row in confusion.tolist()),
        prediction_powered_mean(people, machine, rest),
        float(np.concatenate([machine, rest]).mean()),
    )


def _shares(said: Suggested) -> tuple[float, ...]:
    given = said.output.get("probabilities")
    if given:
        return tuple(float(share) for share in given)
    return tuple(float(grade == said.output["grade"]) for grade in range(4))
