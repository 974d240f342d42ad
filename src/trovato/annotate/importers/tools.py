"""Projects of Label Studio, Argilla and AIANO, as far as they say the same as ours.

What has no place here is told in `Imported.skipped`, never dropped in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trovato.annotate.importers.imported import (
    Imported,
    ImportedAnswer,
    ImportedGrade,
    ImportedSpan,
)
from trovato.annotate.storage.store import Document
from trovato.core import InvalidInputError, UnreadableFileError

_QUERY = ("query", "question")
_TEXT = ("text", "document", "passage", "context")
# Labels of two kinds, where grades have names.
_NAMES = {"relevant": 2, "irrelevant": 0, "not relevant": 0, "yes": 2, "no": 0}


def read_label_studio(path: Path) -> Imported:
    """The JSON export: `query` and `text` among the data of each task, ratings or choices as grade.

    Tasks with one query text are one query. A task's document has its `document_id`, or the task's
    number.
    """
    found, texts = Imported(), {}
    for task in _records(path):
        data = task.get("data") or {}
        query, text = _first(data, _QUERY), _first(data, _TEXT)
        if query is None or text is None:
            found.skipped.append(f"task {task.get('id')}: no query and text among its data")
            continue
        asked = _query_id(found, query)
        name = str(data.get("document_id", f"task{task.get('id')}"))
        texts[name] = Document(name, text, str(data.get("title", "")))
        for annotation in task.get("annotations") or []:
            if annotation.get("was_cancelled"):
                continue
            judge = _judge(annotation.get("completed_by"))
            for result in annotation.get("result") or []:
                _label_studio_result(found, asked, name, text, judge, result)
    found.documents = texts.values()
    return found


def _label_studio_result(
    found: Imported, query: str, document: str, text: str, judge: str, result: Mapping[str, Any]
) -> None:
    value = result.get("value") or {}
    kind = result.get("type")
    if kind == "rating":
        _grade(found, query, document, judge, value.get("rating"))
    elif kind == "choices":
        _grade(found, query, document, judge, next(iter(value.get("choices") or []), None))
    elif kind == "labels" and isinstance(value.get("start"), int):
        start, end = _code_points(text, value["start"]), _code_points(text, value["end"])
        level = next(iter(value.get("labels") or []), "evidence")
        found.spans.append(ImportedSpan(query, document, judge, start, text[start:end], level))
    elif kind == "textarea":
        written = " ".join(value.get("text") or [])
        found.answers.append(ImportedAnswer(query, judge, written))
    else:
        found.skipped.append(f"{document}: a result of type {kind!r}")


def read_argilla(path: Path) -> Imported:
    """Records as JSON: `query` and `text` among the fields, a rating or a label as grade."""
    found, texts = Imported(), {}
    for record in _records(path):
        fields = record.get("fields") or {}
        query, text = _first(fields, _QUERY), _first(fields, _TEXT)
        if query is None or text is None:
            found.skipped.append(f"record {record.get('id')}: no query and text among its fields")
            continue
        asked, name = _query_id(found, query), str(record.get("id"))
        name = str((record.get("metadata") or {}).get("document_id", name))
        texts[name] = Document(name, text)
        for question, responses in (record.get("responses") or {}).items():
            for response in responses:
                judge, value = _judge(response.get("user_id")), response.get("value")
                if response.get("status", "submitted") != "submitted":
                    continue
                if isinstance(value, list):
                    _argilla_spans(found, asked, name, text, judge, value)
                elif (
                    isinstance(value, str)
                    and value.casefold() not in _NAMES
                    and not (value.isdigit())
                ):
                    found.answers.append(ImportedAnswer(asked, judge, value))
                elif value is not None:
                    _grade(found, asked, name, judge, value)
                else:
                    found.skipped.append(f"{name}: an empty response to {question!r}")
    found.documents = texts.values()
    return found


def _argilla_spans(
    found: Imported, query: str, document: str, text: str, judge: str, values: list[Any]
) -> None:
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("start"), int):
            start, end = value["start"], value["end"]
            level = str(value.get("label", "evidence"))
            found.spans.append(ImportedSpan(query, document, judge, start, text[start:end], level))
        else:
            found.skipped.append(f"{document}: a value {value!r} in a list")


def read_aiano(path: Path) -> Imported:
    """The dataset that AIANO exports: its entries become queries, highlights spans.

    A document's text must be among the fields that were exported. A highlight's level is kept by
    its name and is no grade: people did not grade documents there.
    """
    whole = _json(path)
    if not isinstance(whole, dict) or not isinstance(whole.get("entries"), list):
        raise InvalidInputError(
            f"{path} has no list of entries: export the dataset, not the project"
        )
    config = (whole.get("project") or {}).get("config") or {}
    fields = (config.get("dataset") or {}).get("fields") or []
    named = [field["name"] for field in fields if field.get("isDocument")]
    found, texts = Imported(), {}
    for entry in whole["entries"]:
        blocks = {
            name.casefold(): value for name, value in (entry.get("aianoBlocks") or {}).items()
        }
        query = f"entry{entry.get('id')}"
        found.queries[query] = str(_first(blocks, _QUERY) or entry.get("entryName") or query)
        for document in entry.get("documents") or []:
            text = _first(document, (*named, *_TEXT))
            if text is None:
                found.skipped.append(f"document {document.get('id')}: its text was not exported")
            else:
                texts[str(document["id"])] = Document(str(document["id"]), text)
        cited = []
        for mark in entry.get("highlights") or []:
            name = str(mark.get("documentId"))
            if name not in texts:
                found.skipped.append(f"highlight {mark.get('id')}: no text of document {name}")
                continue
            start = _code_points(texts[name].text, int(mark["start"]))
            level = str(mark.get("annotationLevel") or "evidence")
            identity = f"{query}/{mark.get('id')}"
            place = (query, name, "import", start, str(mark["text"]))
            found.spans.append(ImportedSpan(*place, level, identity))
            cited.append(identity)
        if blocks.get("answer"):
            answer = ImportedAnswer(query, "import", str(blocks["answer"]), tuple(cited))
            found.answers.append(answer)
        for name in blocks.keys() - {"question", "query", "answer"}:
            found.skipped.append(f"{query}: block {name!r}")
    found.documents = texts.values()
    return found


def _grade(found: Imported, query: str, document: str, judge: str, value: object) -> None:
    grade = _NAMES.get(value.casefold()) if isinstance(value, str) else value
    if isinstance(value, str) and value.isdigit():
        grade = int(value)
    if isinstance(grade, int) and 0 <= grade <= 3:
        found.grades.append(ImportedGrade(query, document, judge, grade))
    else:
        found.skipped.append(f"{document}: {value!r} is no grade of 0 to 3")


def _query_id(found: Imported, text: str) -> str:
    """The id of the query with that text; a new one where there is none."""
    known = {asked: name for name, asked in found.queries.items()}
    return known.get(text) or _new_query(found, text)


def _new_query(found: Imported, text: str) -> str:
    name = f"q{len(found.queries) + 1}"
    found.queries[name] = text
    return name


def _code_points(text: str, units: int) -> int:
    """A place that a browser counted, in UTF-16 units, as code points."""
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))


def _judge(who: object) -> str:
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    return f"judge {who}" if who is not None else "import"


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((values[name] for name in names if isinstance(values.get(name), str)), None)


def _records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON list, or one a line."""
    if path.suffix == ".jsonl":
        lines = path.read_text("utf-8").splitlines()
        yield from (json.loads(line) for line in lines if line.strip())
        return
    whole = _json(path)
    if not isinstance(whole, list):
        raise InvalidInputError(f"{path} holds no list: export all tasks as JSON")
    yield from whole


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableFileError(f"{path} is no JSON: {error}") from error
