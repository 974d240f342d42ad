"""The description of the API says what the API does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from trovato.annotate import Document, Project
from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import build_app
from trovato.web.api.schema import schema_of
from trovato.web.site import API


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starlette]:
    place = tmp_path_factory.mktemp("described")
    (place / "a.txt").write_text("The harbour opened in 1871.", "utf-8")
    with (
        Library.create(place / "c", encoder=WordEncoder()) as library,
        Project.create(place / "p", "ada") as project,
    ):
        library.add([place / "a.txt"])
        project.add_documents([Document("d1", "One.")])
        project.add_queries({"q1": "which?"}, "ada")
        project.add_run({"q1": ["d1"]}, "run", "ada")
        yield build_app(
            {"c": library}, projects={"p": project}, uploads=place / "kept", hosts=["*"]
        )


@pytest.fixture(scope="module")
def described(app: Starlette) -> dict[str, Any]:
    client = TestClient(app, base_url="http://127.0.0.1")
    return dict(client.get(f"{API}openapi.json").json())


def test_every_address_is_described_and_no_other(app: Starlette, described: dict[str, Any]) -> None:
    there = {
        (route.path.removeprefix(API), method)
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith(API)
        for method in (route.methods or set()) - {"HEAD"}
    } - {("openapi.json", "GET")}
    said = {
        (path.removeprefix("/"), method.upper())
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert said == there


def test_records_become_schemas() -> None:
    assert schema_of(dict[str, int]) == {
        "type": "object",
        "additionalProperties": {"type": "integer"},
    }
    assert schema_of(Document) == {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("id", "text", "title")},
        "required": ["id", "text", "title"],
    }
    assert schema_of(tuple[str, int]) == {
        "type": "array",
        "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    }


@pytest.mark.slow
@pytest.mark.needs("schemathesis")
def test_drawn_requests_get_what_is_described(app: Starlette) -> None:
    """No request breaks the server, and every answer has the shape that is described."""
    import schemathesis
    from hypothesis import HealthCheck, given, settings, strategies
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    schema = schemathesis.openapi.from_asgi(f"{API}openapi.json", app)
    schema.config.update(base_url=f"http://testserver{API.rstrip('/')}")
    checks = [
        not_a_server_error,
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    ]
    names = {"collection": "c", "project": "p"}
    operations: Any = schema.get_all_operations()
    for found in operations:
        operation = found.ok()

        @settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
        @given(case=operation.as_strategy(), there=strategies.booleans())
        def drawn(case: Any, there: bool) -> None:
            if case.path_parameters and there:
                case.path_parameters |= {
                    name: names.get(name, value) for name, value in case.path_parameters.items()
                }
            case.call_and_validate(checks=checks)

        drawn()
