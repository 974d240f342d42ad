"""Projects of other tools."""

import json
from pathlib import Path
from typing import Any

import pytest

from trovato.annotate import Project
from trovato.annotate.importers import ImportReport, ImportSource, load, read_source
from trovato.core import InvalidInputError, UnreadableFileError


@pytest.fixture
def empty(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "made.judged", "ada")


def taken(project: Project, source: ImportSource, path: Path, what: Any) -> ImportReport:
    path.write_text(json.dumps(what), "utf-8")
    return load(project, read_source(source, path), "ada")


def test_label_studio(empty: Project, tmp_path: Path) -> None:
    def task(number: int, data: dict[str, str], results: list[dict[str, Any]]) -> dict[str, Any]:
        annotation = {"completed_by": 7, "result": results}
        return {"id": number, "data": data, "annotations": [annotation]}

    marked = {"type": "labels", "value": {"start": 3, "end": 8, "labels": ["RELEVANT"]}}
    report = taken(
        empty,
        "label-studio",
        tmp_path / "export.json",
        [
            task(
                1,
                {"query": "when?", "text": "😀 today"},
                [marked, {"type": "rating", "value": {"rating": 3}}],
            ),
            task(
                2,
                {"query": "when?", "text": "never"},
                [{"type": "choices", "value": {"choices": ["Irrelevant"]}}],
            ),
            task(3, {"image": "a.png"}, []),
            task(4, {"query": "who?", "text": "me"}, [{"type": "rating", "value": {"rating": 5}}]),
        ],
    )
    assert empty.queries() == {"q1": "when?", "q2": "who?"}
    assert empty.labels().qrels == {"q1": {"task1": 3, "task2": 0}}
    # Places are counted in UTF-16 units there.
    assert [one.quote for one in empty.spans("q1").values()] == ["today"]
    assert [line.split(":")[0] for line in report.skipped] == ["task 3", "task4"]
    assert empty.role("judge 7") == "annotator"


def test_argilla(empty: Project, tmp_path: Path) -> None:
    report = taken(
        empty,
        "argilla",
        tmp_path / "records.json",
        [
            {
                "id": "r1",
                "fields": {"query": "when?", "text": "today it is"},
                "responses": {
                    "relevance": [{"value": 2, "user_id": "u1"}, {"value": "1", "user_id": "u2"}],
                    "evidence": [
                        {"value": [{"start": 0, "end": 5, "label": "yes"}], "user_id": "u1"}
                    ],
                    "answer": [{"value": "It is today.", "user_id": "u1"}],
                    "draft": [{"value": 1, "user_id": "u3", "status": "draft"}],
                },
            }
        ],
    )
    assert (report.judgements, report.spans, report.answers) == (2, 1, 1)
    assert empty.labels().undecided == {("q1", "r1"): (1, 2)}
    assert [one.quote for one in empty.spans("q1").values()] == ["today"]


def test_aiano(empty: Project, tmp_path: Path) -> None:
    report = taken(
        empty,
        "aiano",
        tmp_path / "annotation-dataset.json",
        {
            "project": {"config": {"dataset": {"fields": [{"name": "Body", "isDocument": True}]}}},
            "entries": [
                {
                    "id": 4,
                    "aianoBlocks": {"Question": "When?", "Answer": "Today.", "Comment": "hm"},
                    "highlights": [
                        {
                            "id": "h1",
                            "text": "today",
                            "start": 9,
                            "documentId": "D1",
                            "annotationLevel": "RELEVANT",
                        },
                        {"id": "h2", "text": "x", "start": 0, "documentId": "D2"},
                        {"id": "h3", "text": "gone", "start": 0, "documentId": "D1"},
                    ],
                    "documents": [{"id": "D1", "Body": "It is 😀 today"}, {"id": "D2"}],
                }
            ],
        },
    )
    assert empty.queries() == {"entry4": "When?"}
    assert [(one.quote, one.level) for one in empty.spans("entry4").values()] == [
        ("today", "RELEVANT")
    ]
    assert (report.judgements, report.answers) == (0, 1)
    assert len(report.skipped) == 4
    assert any("'gone' does not stand there" in line for line in report.skipped)


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no json")
    with pytest.raises(UnreadableFileError, match="is no JSON"):
        read_source("aiano", tmp_path / "text")
    (tmp_path / "list").write_text("[]")
    with pytest.raises(InvalidInputError, match="no list of entries"):
        read_source("aiano", tmp_path / "list")
    (tmp_path / "object").write_text("{}")
    with pytest.raises(InvalidInputError, match="holds no list"):
        read_source("label-studio", tmp_path / "object")
    with pytest.raises(InvalidInputError, match="lacks queries"):
        read_source("jsonl", tmp_path)
