"""Scripted annotators: to try a project out, and to measure how it holds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np

from trovato.annotate.events import Judged, SpanMarked, Undone
from trovato.annotate.project import Project
from trovato.annotate.queue import next_assignment
from trovato.core import ConflictError, InvalidInputError, PathLike, generator


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """What scripted annotators did.

    Parameters
    ----------
    saved, conflicts
        Events that were acknowledged, and refused because someone else was faster.
    seconds
        From start to end.
    p50_ms, p95_ms
        Milliseconds from a save to its acknowledgement.
    """

    annotators: int
    saved: int
    conflicts: int
    seconds: float
    p50_ms: float
    p95_ms: float


def simulate(
    place: PathLike | Project,
    truth: Mapping[str, Mapping[str, int]],
    *,
    annotators: int = 3,
    saves: int = 100,
    error: float = 0.1,
    seed: int = 0,
) -> SimulationReport:
    """Have scripted annotators judge a project at the same time, as over one server.

    Each takes what comes next, gives its true grade or now and then one beside it, sometimes marks
    the first words and sometimes takes the last grade back.

    Parameters
    ----------
    place
        A project, or its file, where `sim0`, `sim1` … may be made annotators.
    truth
        Grade by document, by query; 0 where there is none.
    annotators, saves
        How many there are, and how many grades each gives at most.
    error
        How often a grade is one beside the truth.
    seed
        Of what they do.

    Raises
    ------
    InvalidInputError
        If there is nobody, or nothing to do.
    """
    if annotators < 1 or saves < 1:
        raise InvalidInputError(f"wanted annotators and saves, got {annotators} and {saves}")
    opened = nullcontext(place) if isinstance(place, Project) else Project.open(place)
    with opened as project, ThreadPoolExecutor(annotators) as threads:
        owner = next(name for name, role in project.members().items() if role == "owner")
        names = [f"sim{number}" for number in range(annotators)]
        for name in names:
            project.add_member(name, "annotator", owner)
        people = [_Annotator(project, name, truth, error, seed) for name in names]
        begin = time.monotonic()
        for _ in threads.map(lambda one: one.work(saves), people):
            pass
    times = [seconds for one in people for seconds in one.times]
    conflicts = [problem for one in people for problem in one.conflicts]
    if not times:
        raise InvalidInputError("there is nothing left to judge: pool a run first")
    p50, p95 = np.quantile(times, [0.5, 0.95]) * 1000
    seconds = time.monotonic() - begin
    return SimulationReport(annotators, len(times), len(conflicts), seconds, float(p50), float(p95))


class _Annotator:
    def __init__(
        self,
        project: Project,
        name: str,
        truth: Mapping[str, Mapping[str, int]],
        error: float,
        seed: int,
    ) -> None:
        self._project, self._name, self._truth, self._error = project, name, truth, error
        self._random = generator(seed, f"annotator {name}")
        self.times: list[float] = []
        self.conflicts: list[str] = []

    def work(self, saves: int) -> None:
        for _ in range(saves):
            task = next_assignment(self._project, self._name)
            if task is None:
                return
            grade = self._truth.get(task.query, {}).get(task.document.id, 0)
            if self._random.random() < self._error:
                grade += 1 if self._random.random() < 0.5 else -1
            judged = self._save(Judged(task.query, task.document.id, min(max(grade, 0), 3)))
            if self._random.random() < 0.2 and task.document.text:
                end = min(len(task.document.text), 20)
                quote = task.document.text[:end]
                self._save(SpanMarked(task.query, task.document.id, 0, end, quote))
            if judged and self._random.random() < 0.05:
                self._save(Undone(judged))

    def _save(self, event: Judged | SpanMarked | Undone) -> str:
        begin = time.perf_counter()
        try:
            stored = self._project.record(self._name, event)
        except ConflictError as problem:
            self.conflicts.append(str(problem))
            return ""
        self.times.append(time.perf_counter() - begin)
        return stored.id
