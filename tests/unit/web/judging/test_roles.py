"""Who may do what: every address of a project, by every role."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from trovato.annotate import ROLES, Document, Project, Role
from trovato.web import Workspace, build_app
from trovato.web.access.sessions import Sessions
from trovato.web.judging import MemberAccess

API = "/api/v1/projects/{project}"
# The least role that each address is for, and what is sent there.
NEEDS: dict[tuple[str, str], tuple[Role, dict[str, str]]] = {
    ("GET", "/j/{project}"): ("viewer", {}),
    ("GET", "/j/{project}/judge"): ("viewer", {}),
    ("GET", "/j/{project}/adjudicate"): ("adjudicator", {}),
    ("POST", "/j/{project}/adjudicate"): ("adjudicator", {"grade": "2"}),
    ("GET", "/j/{project}/queries"): ("manager", {}),
    ("POST", "/j/{project}/queries"): ("manager", {"query": "q", "text": "?", "base": "7"}),
    ("GET", "/j/{project}/write"): ("annotator", {"query": "q1"}),
    ("POST", "/j/{project}/write"): ("annotator", {"query": "q1", "text": "No [9]."}),
    ("GET", "/j/{project}/drafts"): ("annotator", {}),
    ("POST", "/j/{project}/drafts"): ("annotator", {"decision": "reject"}),
    ("GET", f"{API}/assignments"): ("annotator", {}),
    ("GET", f"{API}/assignment"): ("viewer", {"query": "q1", "document": "d1"}),
    # Each event in it is allowed or not by itself: `test_every_role_does_what_it_may`.
    ("POST", f"{API}/events"): ("viewer", {}),
    ("GET", f"{API}/search"): ("viewer", {}),
    ("GET", f"{API}/suggestions"): ("annotator", {"query": "q1", "document": "d1"}),
    ("GET", f"{API}/progress"): ("viewer", {}),
}


def test_every_address_of_a_project_for_every_role(tmp_path: Path) -> None:
    workspace = Workspace()
    with Project.create(tmp_path / "p.judged", "owner") as project:
        project.add_documents([Document("d1", "One.")])
        project.add_queries({"q1": "which?"}, "owner")
        for member in ROLES[:-1]:
            project.add_member(member, member, "owner")
        access = MemberAccess(project)
        app = build_app(projects={"p": project}, access=access, workspace=workspace)
        there = {
            (method, route.path)
            for route in app.routes
            if isinstance(route, Route) and "{project}" in route.path
            for method in (route.methods or set()) - {"HEAD"}
        }
        assert there == NEEDS.keys()  # a new address has to say whom it is for
        for role in (None, *ROLES):
            client = TestClient(app, base_url="http://127.0.0.1")
            if role is not None:
                client.get(f"/j/p?token={access.token(role)}")
            token = Sessions(workspace.secret()).form_token(role or "")
            for (method, path), (needed, sent) in NEEDS.items():
                place = path.replace("{project}", "p")
                if method == "GET":
                    status = client.get(place, params=sent).status_code
                elif path.endswith("/events"):
                    status = client.post(place, json=[]).status_code
                else:
                    form = {**sent, "form_token": token}
                    status = client.post(place, data=form).status_code
                if role is None:
                    assert status == 401, (method, path)
                else:
                    allowed = ROLES.index(role) >= ROLES.index(needed)
                    assert (status != 403) == allowed, (role, method, path, status)


@pytest.mark.parametrize("role", ROLES)
def test_a_form_of_another_session_is_refused(tmp_path: Path, role: Role) -> None:
    with Project.create(tmp_path / "p.judged", "owner") as project:
        if role != "owner":
            project.add_member(role, role, "owner")
        access = MemberAccess(project)
        client = TestClient(
            build_app(projects={"p": project}, access=access), base_url="http://127.0.0.1"
        )
        client.get(f"/j/p?token={access.token(role)}")
        for (method, path), (_, sent) in NEEDS.items():
            if method == "POST" and not path.endswith("/events"):
                form = {**sent, "form_token": "0" * 64}
                assert client.post(path.replace("{project}", "p"), data=form).status_code == 403
