"""Many people judge at once, each over a connection of their own."""

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
