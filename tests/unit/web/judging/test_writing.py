"""Pages on which queries, answers and decisions are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from trovato.annotate import Answered, Document, Judged, Project, SpanMarked, Suggested
from trovato.web import Workspace, build_app
from trovato.web.judging import MemberAccess

TOKEN = re.compile(r'name="form_token" value="(\w+)"')
WORKSPACE = Workspace()
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.judged", "ada") as project:
        project.add_documents([Document("d1", f"It opened in 1871. {EVIL}", EVIL)])
        project.add_queries({"q1": f"When? {EVIL}", "q2": "Where?"}, "ada")
        project.add_run({"q1": ["d1"]}, "run", "ada")
        project.add_member("bob", "annotator", "ada")
        project.add_member("vi", "viewer", "ada")
        yield project


def client_of(project: Project, name: str) -> TestClient:
    access = MemberAccess(project)
    app = build_app(projects={"p": project}, access=access, workspace=WORKSPACE)
    client = TestClient(app, base_url="http://127.0.0.1")
    client.get(f"/j/p?token={access.token(name)}")
    return client


def send(client: TestClient, page: str, **form: str) -> int:
    found = TOKEN.search(client.get(page).text)
    assert found is not None
    data = {"form_token": found[1], **form}
    sent = client.post(page.partition("?")[0], data=data, follow_redirects=False)
    return int(sent.status_code)


@pytest.mark.parametrize(
    ("name", "statuses"), [("vi", [403] * 3), ("bob", [403, 200, 200]), ("ada", [200] * 3)]
)
def test_every_page_for_every_role(project: Project, name: str, statuses: list[int]) -> None:
    client = client_of(project, name)
    pages = ["/j/p/queries", "/j/p/write?query=q1", "/j/p/drafts"]
    assert [client.get(page).status_code for page in pages] == statuses
    posted = [client.post(page.partition("?")[0], data={}).status_code for page in pages]
    assert posted == [403] * 3  # without a token of the form
    links = client.get("/j/p").text
    assert ("j/p/queries" in links, "j/p/drafts" in links) == (name == "ada", name != "vi")


def test_queries_are_written_and_never_over_a_newer_text(project: Project) -> None:
    client = client_of(project, "ada")
    assert EVIL not in client.get("/j/p/queries").text
    assert send(client, "/j/p/queries", query="q3", text=" Who? ", narrative="A name.") == 303
    assert project.queries()["q3"] == "Who?"
    assert send(client, "/j/p/queries", query="q3", text="Again?") == 409
    seq = project.store.current("query", query="q1")[0].seq
    project.add_queries({"q1": "meanwhile?"}, "ada")
    assert send(client, "/j/p/queries", query="q1", text="mine?", base=str(seq)) == 409
    assert send(client, "/j/p/queries", query="q4", text=" ") == 400
    assert project.queries()["q1"] == "meanwhile?"


def test_an_answer_cites_marks_by_their_numbers(project: Project) -> None:
    client = client_of(project, "bob")
    project.record("bob", SpanMarked("q1", "d1", 0, 2, "It"))
    mark = project.record("bob", SpanMarked("q1", "d1", 13, 17, "1871")).id
    assert send(client, "/j/p/write?query=q1", query="q1", text="In 1871 [2]. Surely.") == 303
    (answer,) = project.store.current("answer")
    assert answer.event == Answered("q1", "In 1871 [1]. Surely.", (mark,))
    page = client.get("/j/p/write?query=q1").text
    assert "In 1871 [2]. Surely." in page
    assert "<li>Surely.</li>" in page
    assert EVIL not in page
    assert send(client, "/j/p/write?query=q1", query="q1", text="No [3].") == 400
    to_first = client.get("/j/p/write", follow_redirects=False)
    assert (to_first.status_code, to_first.headers["location"]) == (303, "../../j/p/write?query=q1")
    assert client.get("/j/p/write?query=none").status_code == 404


def test_drafts_are_decided_on(project: Project) -> None:
    client = client_of(project, "ada")
    for task, query, output in (
        ("query", "", {"text": f"Which year? {EVIL}", "also_found": [], "known": False}),
        ("grade", "q1", {"grade": 3}),
    ):
        project.record("ada", Suggested(task, query, "d1", "llama", "f" * 64, output))  # type: ignore[arg-type]
    page = client.get("/j/p/drafts").text
    assert EVIL not in page
    assert "prompt ffffffffffff" in page
    assert "It says" not in page  # one's own grade comes first
    (draft,) = re.findall(r'name="suggestion" value="(\w+)"', page)
    form = {"suggestion": draft, "decision": "take"}
    assert send(client, "/j/p/drafts", query="q9", text="Which year?", **form) == 303
    assert project.queries()["q9"] == "Which year?"
    project.record("ada", Judged("q1", "d1", 0))
    page = client.get("/j/p/drafts").text
    assert "It says 3 answers; you said 0 not relevant." in page
    (draft,) = re.findall(r'name="suggestion" value="(\w+)"', page)
    assert send(client, "/j/p/drafts", suggestion=draft, decision="reject") == 303
    assert "Nothing waits" in client.get("/j/p/drafts").text
    assert [one.grade for one in project.judgements()] == [0]
