"""What can be asked of `/api/v1`, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from trovato.core import Answer, Item
from trovato.library import ASK_MODES
from trovato.web.api.schema import listed, record, schema_of
from trovato.web.jobs import StoredFileJob
from trovato.web.pages.requests import MOST_CHARACTERS, MOST_HITS

_TEXT, _NUMBER, _ANY = schema_of(str), schema_of(int), dict[str, Any]()
_NAME = {"type": "string", "minLength": 1}
_QUESTION = {"type": "string", "maxLength": MOST_CHARACTERS}
_ASKED = {
    "question": _QUESTION,
    "filter": _TEXT,
    "mode": {"enum": ["", *ASK_MODES]},
}
_PLACE = {"id": _TEXT, "file": schema_of(str | None), "page": schema_of(int | None)}
_CITATION = {"item": record(_PLACE), "quote": _TEXT, "start": _NUMBER, "end": _NUMBER}
_WRITTEN = schema_of(Answer)["properties"] | {"citations": listed(record(_CITATION))}
_STORED = {
    **dict.fromkeys(("id", "collection", "question", "filter", "mode", "problem"), _TEXT),
    **dict.fromkeys(("asked", "seconds"), schema_of(float)),
    "open": schema_of(bool),
}
_ANSWER = record(_STORED | _WRITTEN, optional=tuple(_WRITTEN))
_HIT = {
    "rank": _NUMBER,
    **_PLACE,
    "score": schema_of(float),
    "attributes": {"type": "object"},
    "evidence": {"type": "object"},
    "band": schema_of(Literal["strong", "fair", "weak"]),
}
_RANKING = {
    "question": _TEXT,
    "mode": _TEXT,
    "coverage": {"type": ["object", "null"]},
    "reading": {"type": ["object", "null"]},
    "hits": listed(record(_HIT)),
}
_COLLECTION = {"name": _TEXT, "files": _NUMBER, "pages": _NUMBER}
_ITEM = schema_of(Item)["properties"] | {"evidence": {"type": "object"}}
_JOB = schema_of(StoredFileJob)
_ASSIGNMENT = record(
    {
        **dict.fromkeys(
            ("query", "text", "narrative", "document", "title", "content", "answer"), _TEXT
        ),
        "sentences": listed(listed(_NUMBER)),
        "own": {"type": ["object", "null"]},
        "spans": listed({"type": "object"}),
    }
)
_EVENT = record(
    {
        "id": {"type": "string", "minLength": 8, "maxLength": 64},
        "kind": _TEXT,
        "fields": {"type": "object"},
        "time": schema_of(float | None),
        "base": schema_of(int | None),
    },
    optional=("time", "base"),
)
_TOLD = {"id": _ANY, "seq": _NUMBER, "status": _NUMBER, "problem": _TEXT}
_SUGGESTION = {"id": _TEXT, "task": _TEXT, "model": _TEXT, "output": {"type": "object"}}
_RECOMMENDED = {
    "item": _TEXT,
    "title": _TEXT,
    "score": schema_of(float),
    "because of": listed(_ANY),
}
_ITEMS = listed(record(_RECOMMENDED, optional=("title", "because of")))
_FOUND = record({"id": _TEXT, "title": _TEXT, "text": _TEXT})


@dataclass(frozen=True, slots=True)
class Operation:
    """One address.

    Parameters
    ----------
    path
        Below `/api/v1/`, with names in braces.
    does
        What it is for.
    gives
        Schema of what comes back.
    query
        Schemas of parameters by name; those of `needs` have to be there.
    body
        Schema of what is sent, by POST; None where it is read by GET.
    """

    path: str
    does: str
    gives: Mapping[str, Any]
    query: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    body: Mapping[str, Any] | None = None

    @property
    def status(self) -> str:
        """Of a good answer."""
        return "201" if self.path.endswith("/answers") else "200"


_COUNT = {"type": "integer", "minimum": 1, "maximum": 1000}
_PAIR = {"query": _TEXT, "document": _TEXT}
_IN, _OF, _BY = "collections/{collection}/", "projects/{project}/", "recommenders/{log}"
OPERATIONS = (
    Operation(
        "collections",
        "What there is to ask.",
        record({"collections": listed(record(_COLLECTION))}),
    ),
    Operation(
        "load",
        "Searches that were answered, wait and were refused; milliseconds of the last 1,000.",
        record(
            {
                **dict.fromkeys(("searches", "waiting", "refused"), _NUMBER),
                **dict.fromkeys(("p50", "p95", "p99"), schema_of(float)),
            }
        ),
    ),
    Operation(
        f"{_IN}search",
        "Hits for a question, each with how well it matches.",
        record(_RANKING),
        {
            "q": _QUESTION,
            "filter": _TEXT,
            "mode": _ASKED["mode"],
            "k": {"type": "integer", "minimum": 1, "maximum": MOST_HITS},
        },
    ),
    Operation(
        f"{_IN}item",
        "A page's text and facts; with a question also its evidence.",
        record(_ITEM, optional=("evidence",)),
        {"id": _NAME, "q": _QUESTION},
        ("id",),
    ),
    Operation(
        f"{_IN}answers",
        "Answer a question.",
        _ANSWER,
        body=record(_ASKED, optional=("question", "filter", "mode"))
        | {"additionalProperties": False},
    ),
    Operation(f"{_IN}waiting", "Files on their way in.", record({"files": listed(_JOB)})),
    Operation("answers/{answer}", "A stored answer.", _ANSWER),
    Operation("jobs/{job}", "What has become of a file that was added.", _JOB),
    Operation(
        f"{_OF}assignments",
        "The next documents to judge.",
        record({"assignments": listed(_ASSIGNMENT), "waiting": _NUMBER}),
        {"count": {"type": "integer", "minimum": 1}},
    ),
    Operation(
        f"{_OF}assignment", "One query and document.", _ASSIGNMENT, _PAIR, ("query", "document")
    ),
    Operation(
        f"{_OF}events",
        "Store events in order; each is on the disk, or refused, when this answers.",
        record({"events": listed(record(_TOLD, optional=("seq", "status", "problem")))}),
        body=listed(_EVENT) | {"maxItems": 500},
    ),
    Operation(
        f"{_OF}search",
        "Documents that meet some words.",
        record({"documents": listed(_FOUND)}),
        {"q": _TEXT},
    ),
    Operation(
        f"{_OF}suggestions",
        "What models say about a document, after one's own grade.",
        record({"suggestions": listed(record(_SUGGESTION))}),
        _PAIR,
        ("query", "document"),
    ),
    Operation(
        f"{_OF}progress",
        "How many documents wait, and to managers what the judgements say of the runs.",
        record(
            {"waiting": _NUMBER, "metrics": {"type": "object"}, "metrics_problem": _TEXT},
            optional=("metrics", "metrics_problem"),
        ),
    ),
    Operation(
        _BY,
        "What is served.",
        record({"users": _NUMBER, "items": _NUMBER, "made": {"type": "object"}}),
    ),
    Operation(
        f"{_BY}/recommend",
        "The best items for a user, with reasons.",
        record({"user": _TEXT, "history": _NUMBER, "items": _ITEMS}),
        {"user": _NAME, "count": _COUNT, "repeat": {"enum": ["true", "false"]}},
        ("user",),
    ),
    Operation(
        f"{_BY}/similar",
        "Items like one.",
        record({"item": _TEXT, "title": _TEXT, "items": _ITEMS}, optional=("title",)),
        {"item": _NAME, "count": _COUNT},
        ("item",),
    ),
)
