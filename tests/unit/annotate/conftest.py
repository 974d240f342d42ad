"""A small project."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.annotate import Document, Project, SettingsSet

TEXTS = {
    "d1": "The harbour opened in 1871. Ships unload timber.",
    "d2": "Apples ripen in September.",
    "d3": "A 😀 naïve café, عربي\r\nand\ttabs.",
    "d4": "Nothing of interest.",
}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "made.judged", "ada", SettingsSet(overlap=0.0)) as made:
        made.add_documents(Document(name, text) for name, text in TEXTS.items())
        made.add_queries({"q1": "When did the harbour open?", "q2": "When are apples ripe?"}, "ada")
        made.add_run({"q1": ["d1", "d2", "d3"], "q2": ["d2", "d1"]}, "good", "ada")
        made.add_run({"q1": ["d4", "d2", "d1"], "q2": ["d4", "d2"]}, "bad", "ada")
        made.add_member("bob", "annotator", "ada")
        made.add_member("eve", "annotator", "ada")
        made.add_member("jo", "adjudicator", "ada")
        made.add_member("vi", "viewer", "ada")
        yield made
