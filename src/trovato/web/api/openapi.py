"""The description of `/api/v1` in OpenAPI 3.1."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trovato.web.api.schema import record, schema_of
from trovato.web.site import API, Site

if TYPE_CHECKING:
    from trovato.web.api.operations import Operation

_PROBLEM = record({"type": schema_of(str), "status": schema_of(int), "title": schema_of(str)})
# What may be wrong: with the request, with who asks, with what it names, or with the disk.
_PROBLEMS = ("400", "401", "403", "404", "413", "415", "503")


def openapi() -> dict[str, Any]:
    """The whole description."""
    from trovato.web.api.operations import OPERATIONS  # its records are those of every room

    return {
        "openapi": "3.1.0",
        "info": {"title": "trovato", "version": version("trovato")},
        "servers": [{"url": "."}],
        "paths": {f"/{one.path}": _described(one) for one in OPERATIONS},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }


def openapi_routes(_: Site) -> list[Route]:
    """Where it stands."""
    return [Route(f"{API}openapi.json", _shown)]


def _shown(_: Request) -> Response:
    return JSONResponse(openapi())


def _described(one: Operation) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", one.path)
    text = schema_of(str) | {"minLength": 1}
    parameters = [{"name": name, "in": "path", "required": True, "schema": text} for name in names]
    parameters += [
        {"name": name, "in": "query", "required": name in one.needs, "schema": schema}
        for name, schema in one.query.items()
    ]
    told: dict[str, Any] = {
        "summary": one.does,
        "operationId": re.sub(r"\W+", "_", one.path).strip("_"),
        "parameters": parameters,
        "responses": {
            one.status: {"description": "It worked.", **_content("application/json", one.gives)},
            **{
                status: {
                    "description": "It did not, and `title` says why.",
                    **_content("application/problem+json", _PROBLEM),
                }
                for status in _PROBLEMS
            },
        },
    }
    if one.body is None:
        return {"get": told}
    sent = {"required": True, **_content("application/json", one.body)}
    return {"post": {**told, "requestBody": sent}}


def _content(media: str, schema: Any) -> dict[str, Any]:
    return {"content": {media: {"schema": schema}}}
