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
from trovato.web.judging import build_judging_app
from trovato.web.judging.access import COOKIE, member_of, token_of

LOCAL = "http://127.0.0.1"
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
    client = TestClient(build_judging_app(project), base_url=LOCAL, raise_server_exceptions=False)
    if name:
        client.cookies.set(COOKIE, token_of(project, name))
    return client


def sent(**fields: Any) -> dict[str, Any]:
    return {
        "id": "12345678",
        "kind": "judged",
        "fields": {"query": "q1", "document": "d1", **fields},
    }


READS = [
    "/api/v1/assignments",
    "/api/v1/assignment?query=q1&document=d1",
    "/api/v1/search?q=one",
    "/api/v1/suggestions?query=q1&document=d1",
    "/api/v1/progress",
]
# Status of each read by who asks.
ROLES: dict[str | None, list[int]] = {
    None: [403] * 5,
    "vi": [403, 200, 200, 403, 200],
    "bob": [200] * 5,
    "ada": [200] * 5,
}


@pytest.mark.parametrize("name", list(ROLES))
def test_every_route_for_every_role(project: Project, name: str | None) -> None:
    client = client_of(project, name)
    assert [client.get(path).status_code for path in READS] == ROLES[name]
    written = client.post("/api/v1/events", json=[sent(grade=1)])
    if name is None:
        assert written.status_code == 403
    else:
        refused = "problem" in written.json()["events"][0]
        assert refused == (name == "vi")
    assert client.get("/").status_code == (200 if name else 401)


def test_a_token_becomes_a_cookie_and_cannot_be_made_up(project: Project) -> None:
    client = client_of(project, None)
    answer = client.get(f"/?token={token_of(project, 'bob')}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    forged = token_of(project, "bob").replace(b"bob".hex(), b"ada".hex())
    for token in (forged, "", "x", "zz.1", "é", f"{b'ada'.hex()}."):
        assert member_of(project, token) is None
    assert client_of(project, None).get(f"/?token={forged}").status_code == 401


def test_only_who_manages_sees_the_runs(project: Project) -> None:
    client_of(project, "bob").post("/api/v1/events", json=[sent(grade=1)])
    assert "metrics" not in client_of(project, "bob").get("/api/v1/progress").json()
    found = client_of(project, "ada").get("/api/v1/progress").json()
    assert "metrics" in found or "metrics_problem" in found


def test_nothing_tells_of_runs_models_or_others_before_ones_own_grade(project: Project) -> None:
    project.record("ada", Judged("q1", "d1", 3, note="covert-note"))
    client = client_of(project, "bob")
    texts = [client.get(path).text for path in ["/", *READS]]
    assert not any("covert" in text for text in texts)
    client.post("/api/v1/events", json=[sent(grade=1)])
    assert "covert-model" in client.get(READS[3]).text
    assert not any("covert-run" in client.get(path).text for path in ["/", *READS])


def test_a_page_elsewhere_can_do_nothing(project: Project) -> None:
    client = client_of(project, "bob")
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site}
        assert client.post("/api/v1/events", json=[], headers=headers).status_code == 403
        assert client.get("/api/v1/assignments", headers=headers).status_code == 403
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("path", ["/", *READS])
def test_every_answer_has_the_headers(project: Project, path: str) -> None:
    for name in ("ada", None):
        headers = client_of(project, name).get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_markup_in_texts_stays_text(project: Project) -> None:
    project.record("ada", SettingsSet(guideline=EVIL, grade_labels=(EVIL, "b", "c", "d")))
    assert "<script>alert" not in client_of(project, "bob").get("/").text
    answer = client_of(project, "bob").get("/api/v1/assignments?count=5")
    assert answer.headers["content-type"] == "application/json"


def test_the_same_events_twice_are_stored_once(project: Project) -> None:
    client = client_of(project, "bob")
    first = client.post("/api/v1/events", json=[sent(grade=1)]).json()
    assert client.post("/api/v1/events", json=[sent(grade=1)]).json() == first
    other = client.post("/api/v1/events", json=[sent(grade=2)]).json()["events"][0]
    assert other["status"] == 409
    assert len(list(project.judgements())) == 1


def test_one_bad_event_costs_that_one_alone(project: Project) -> None:
    good = {**sent(grade=1), "id": "abcdefgh"}
    told = client_of(project, "bob").post("/api/v1/events", json=[sent(grade=9), 7, good]).json()
    assert [one.get("status") for one in told["events"]] == [400, 400, None]
    assert len(list(project.judgements())) == 1


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
        answer = client.post("/api/v1/events", content=content)
        assert answer.status_code < 500, (what, answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/assignments?count=x",
        "/api/v1/assignments?count=99999999999999999999",
        "/api/v1/assignment",
        "/api/v1/assignment?query=q1&document=none",
    ],
)
def test_strange_addresses_are_refused(project: Project, path: str) -> None:
    assert client_of(project, "bob").get(path).status_code == 400


def test_too_much_at_once_is_refused(project: Project) -> None:
    client = client_of(project, "bob")
    assert client.post("/api/v1/events", json=[sent(grade=1)] * 501).status_code == 400
    assert client.post("/api/v1/events", content=b" " * (1 << 21)).status_code == 400
    assert client.post("/api/v1/events", content=b"no json").status_code == 400
