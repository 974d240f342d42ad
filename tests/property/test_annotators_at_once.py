"""Many people judge at once, as over one server, and over processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from trovato.annotate import Document, Project, SettingsSet
from trovato.annotate.simulate import simulate


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
def test_twenty_people_lose_nothing_and_take_no_place_twice(tmp_path: Path) -> None:
    """Twenty people, 200 pairs that all of them want: 2 places each, 400 grades in all."""
    place = tmp_path / "made.judged"
    with Project.create(place, "ada", SettingsSet(overlap=1.0)) as project:
        project.add_documents(Document(f"d{at}", f"text {at}") for at in range(50))
        project.add_queries({f"q{at}": f"query {at}" for at in range(4)}, "ada")
        run = {f"q{at}": [f"d{one}" for one in range(50)] for at in range(4)}
        project.add_run(run, "run", "ada", depth=50)
        report = simulate(place, {}, annotators=20, saves=500)
        assert report.conflicts == 0
        assert report.saved >= 400
        for item in project.store.pool():
            assert item.judged <= item.wanted == 2
        assert project.store.open_items() == 0
        assert project.verify() == []


_PROCESS = """
import sys
from trovato.annotate import Judged, Project, next_assignment
with Project.open(sys.argv[1]) as project:
    for _ in range(15):
        task = next_assignment(project, sys.argv[2])
        project.record(sys.argv[2], Judged(task.query, task.document.id, 1))
"""


@pytest.mark.slow
def test_processes_wait_for_each_other(tmp_path: Path) -> None:
    place = tmp_path / "made.judged"
    with Project.create(place, "ada", SettingsSet(overlap=0.0)) as project:
        project.add_documents(Document(f"d{at}", "text") for at in range(90))
        project.add_queries({"q": "query"}, "ada")
        project.add_run({"q": [f"d{at}" for at in range(90)]}, "run", "ada", depth=90)
        names = [f"p{at}" for at in range(6)]
        for name in names:
            project.add_member(name, "annotator", "ada")
        processes = [
            subprocess.Popen([sys.executable, "-c", _PROCESS, str(place), name]) for name in names
        ]
        assert [process.wait() for process in processes] == [0] * 6
        assert project.store.open_items() == 0
        assert len(list(project.judgements())) == 90
        assert project.verify() == []
