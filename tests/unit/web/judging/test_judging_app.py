"""The routes of the judging page: who may what, and what strange requests get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from trovato.annotate import Document, Judged, Project, SettingsSet, Suggested
from trovato.web import Workspace, build_app
from trovato.web.access.sessions import Sessions
from trovato.web.judging import MemberAccess

LOCAL = "http://127.0.0.1"
WORKSPACE = Workspace()
JUDGE, API = "/j/p/judge", "/api/v1/projects/p"
EVIL = "<script>alert(1)</script>\u202e"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.judged", "ada", SettingsSet(overlap=1.0)) as project:
        project.add_documents([Document("d1", f"One. {EVIL}", EVIL), Document("d2", "Two.")])
        project.add_queries({"q1": f"which? {EVIL}"}, "ada")
        project.add_run({"q1": ["d1", "d2"]}, "covert-run", "ada")
        project.record("ada", Suggested("grade", "q1", "d1", "covert-model", "h", {"grade": 2}))
        project.add_member("bob", "annotator", "ada")
        project.add_member("vi", "viewer", "ada")
        yield project


def client_of(project: Project, name: str | None) -> TestClient:
    access = MemberAccess(project)
    app = build_app(projects={"p": project}, access=access, workspace=WORKSPACE)
    client = TestClient(app, base_url=LOCAL, raise_server_exceptions=False)
    if name:
        client.get(f"{JUDGE}?token={access.token(name)}")
    return client


def sent(**fields: Any) -> dict[str, Any]:
    return {
        "id": "12345678",
        "kind": "judged",
        "fields": {"query": "q1", "document": "d1", **fields},
    }


READS = [
    f"{API}/assignments",
    f"{API}/assignment?query=q1&document=d1",
    f"{API}/search?q=one",
    f"{API}/suggestions?query=q1&document=d1",
    f"{API}/progress",
]
# Status of each read by who asks.
ROLES: dict[str | None, list[int]] = {
    None: [401] * 5,
    "vi": [403, 200, 200, 403, 200],
    "bob": [200] * 5,
    "ada": [200] * 5,
}


@pytest.mark.parametrize("name", list(ROLES))
def test_every_route_for_every_role(project: Project, name: str | None) -> None:
    client = client_of(project, name)
    assert [client.get(path).status_code for path in READS] == ROLES[name]
    written = client.post(f"{API}/events", json=[sent(grade=1)])
    if name is None:
        assert written.status_code == 401
    else:
        refused = "problem" in written.json()["events"][0]
        assert refused == (name == "vi")
    assert client.get(JUDGE).status_code == (200 if name else 401)


def test_a_token_becomes_a_cookie_and_cannot_be_made_up(project: Project) -> None:
    client, access = client_of(project, None), MemberAccess(project)
    answer = client.get(f"{JUDGE}?token={access.token('bob')}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "../../j/p/judge")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "bob, annotator" in client.get(JUDGE).text
    # Another member's address in the same browser: from then on it is theirs.
    assert "ada, owner" in client.get(f"{JUDGE}?token={access.token('ada')}").text
    forged = access.token("bob").replace(b"bob".hex(), b"ada".hex())
    for token in (forged, "x", "zz.1", "é", f"{b'ada'.hex()}.", access.token("nobody")):
        assert client_of(project, None).get(f"{JUDGE}?token={token}").status_code == 401


def test_who_is_no_member_any_more_is_nobody(project: Project) -> None:
    """And on one's own machine, where nobody has a name, one is the owner."""
    own = TestClient(build_app(projects={"p": project}), base_url=LOCAL)
    assert "ada, owner" in own.get(JUDGE).text
    assert own.get("/j/none").status_code == 404


def test_only_who_manages_sees_the_runs(project: Project) -> None:
    client_of(project, "bob").post(f"{API}/events", json=[sent(grade=1)])
    assert "metrics" not in client_of(project, "bob").get(f"{API}/progress").json()
    found = client_of(project, "ada").get(f"{API}/progress").json()
    assert "metrics" in found or "metrics_problem" in found


def test_nothing_tells_of_runs_models_or_others_before_ones_own_grade(project: Project) -> None:
    project.record("ada", Judged("q1", "d1", 3, note="covert-note"))
    client = client_of(project, "bob")
    texts = [client.get(path).text for path in [JUDGE, *READS]]
    assert not any("covert" in text for text in texts)
    client.post(f"{API}/events", json=[sent(grade=1)])
    assert "covert-model" in client.get(READS[3]).text
    assert not any("covert-run" in client.get(path).text for path in [JUDGE, *READS])


def test_a_page_elsewhere_can_do_nothing(project: Project) -> None:
    client = client_of(project, "bob")
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site}
        assert client.post(f"{API}/events", json=[], headers=headers).status_code == 403
        assert client.get(f"{API}/assignments", headers=headers).status_code == 403
    assert client.get(JUDGE, headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", [JUDGE, *READS])
def test_every_answer_has_the_headers(project: Project, path: str) -> None:
    for name in ("ada", None):
        headers = client_of(project, name).get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_markup_in_texts_stays_text(project: Project) -> None:
    project.record("ada", SettingsSet(guideline=EVIL, grade_labels=(EVIL, "b", "c", "d")))
    assert "<script>alert" not in client_of(project, "bob").get(JUDGE).text
    answer = client_of(project, "bob").get(f"{API}/assignments?count=5")
    assert answer.headers["content-type"] == "application/json"


def test_the_same_events_twice_are_stored_once(project: Project) -> None:
    client = client_of(project, "bob")
    first = client.post(f"{API}/events", json=[sent(grade=1)]).json()
    assert client.post(f"{API}/events", json=[sent(grade=1)]).json() == first
    other = client.post(f"{API}/events", json=[sent(grade=2)]).json()["events"][0]
    assert other["status"] == 409
    assert len(list(project.judgements())) == 1


def test_one_bad_event_costs_that_one_alone(project: Project) -> None:
    good = {**sent(grade=1), "id": "abcdefgh"}
    told = client_of(project, "bob").post(f"{API}/events", json=[sent(grade=9), 7, good]).json()
    assert [one.get("status") for one in told["events"]] == [400, 400, None]
    assert len(list(project.judgements())) == 1


JSON_TYPE = {"content-type": "application/json"}
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "kind", "fields", "time", "base", "grade", "query", "x"]), inner
        ),
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(JSON, st.lists(JSON)),
    kind=st.sampled_from(["judged", "span", "undone", "member"]),
)
def test_no_request_breaks_the_server(project: Project, body: Any, kind: str) -> None:
    import json

    client = client_of(project, "bob")
    for what in (body, [{"id": "12345678", "kind": kind, "fields": body}]):
        try:
            content = json.dumps(what).encode()
        except UnicodeEncodeError:
            continue
        answer = client.post(f"{API}/events", content=content, headers=JSON_TYPE)
        assert answer.status_code < 500, (what, answer.text)


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_know_are_refused(project: Project, written: str) -> None:
    sent = f'[{{"id": {written}, "kind": "judged", "fields": {{}}}}]'
    answer = client_of(project, "bob").post(f"{API}/events", content=sent, headers=JSON_TYPE)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/assignments?count=x", 400),
        ("/assignments?count=99999999999999999999", 400),
        ("/assignment", 404),
        ("/assignment?query=q1&document=none", 404),
    ],
)
def test_strange_addresses_are_refused(project: Project, path: str, status: int) -> None:
    answer = client_of(project, "bob").get(API + path)
    assert answer.status_code == status
    assert answer.json()["status"] == status


def test_what_does_not_exist_is_told_from_what_is_wrong(project: Project) -> None:
    client = client_of(project, "bob")
    wrong = [
        sent(grade=1, query="none") | {"id": "12345671"},
        sent(grade=1, document="none") | {"id": "12345672"},
        sent(grade=9) | {"id": "12345673"},
        sent(grade=1) | {"id": "12345674", "kind": "magic"},
    ]
    told = client.post(f"{API}/events", json=wrong).json()["events"]
    assert [one["status"] for one in told] == [404, 404, 400, 400]


def test_too_much_at_once_is_refused(project: Project) -> None:
    client = client_of(project, "bob")

    def status(**sent: Any) -> int:
        return int(client.post(f"{API}/events", **sent).status_code)

    assert status(json=[sent(grade=1)] * 501) == 400
    assert status(content=b" " * (1 << 21), headers=JSON_TYPE) == 413
    assert status(content=b"no json", headers=JSON_TYPE) == 400
    assert status(content=b"[]", headers={"content-type": "text/plain"}) == 415


@pytest.fixture
def divided(project: Project) -> Project:
    project.add_member("eve", "adjudicator", "ada")
    project.record("ada", Judged("q1", "d1", 3))
    project.record("bob", Judged("q1", "d1", 0, note="says nothing"))
    return project


# Status of the project's pages by who asks: its overview, judging, disagreements.
PAGES: dict[str, list[int]] = {
    "vi": [200, 200, 403],
    "bob": [200, 200, 403],
    "eve": [200, 200, 200],
    "ada": [200, 200, 200],
}


@pytest.mark.parametrize("name", list(PAGES))
def test_every_page_for_every_role(divided: Project, name: str) -> None:
    client = client_of(divided, name)
    pages = ("/j/p", JUDGE, "/j/p/adjudicate")
    assert [client.get(page).status_code for page in pages] == PAGES[name]
    assert ("nDCG@10" in client.get("/j/p").text) <= (name == "ada")


def test_a_disagreement_is_settled_by_who_may(divided: Project) -> None:
    page = client_of(divided, "eve").get("/j/p/adjudicate").text
    assert "says nothing" in page
    assert "bob" in page
    sessions, form = Sessions(WORKSPACE.secret()), {"query": "q1", "document": "d1", "grade": "2"}
    form["form_token"] = sessions.form_token("bob")
    assert client_of(divided, "bob").post("/j/p/adjudicate", data=form).status_code == 403
    form["form_token"] = sessions.form_token("eve")
    assert form["form_token"] in page
    client = client_of(divided, "eve")
    assert client.post("/j/p/adjudicate", data={**form, "form_token": "x"}).status_code == 403
    assert client.post("/j/p/adjudicate", data={**form, "grade": "9"}).status_code == 400
    assert divided.adjudicated() == {}
    assert "agree on everything" in client.post("/j/p/adjudicate", data=form).text
    assert divided.adjudicated() == {("q1", "d1"): 2}
