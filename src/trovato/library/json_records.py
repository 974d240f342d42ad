"""What `--json` prints and the application's API answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass, replace
from functools import cache
from typing import Any

from trovato.core import (
    Answer,
    Evidence,
    Hit,
    Item,
    PageEvidence,
    PathLike,
    Ranking,
    check_many,
)


def ranking_json(
    question: str,
    mode: str,
    ranking: Ranking,
    pictures: Mapping[int, PathLike] | None = None,
    neighbours: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Hits with their evidence.

    Parameters
    ----------
    question, mode
        What was asked, and how it was looked for.
    ranking
        What was found.
    pictures
        Saved pictures of pages, by rank.
    neighbours
        Pages before and after a hit, by its id.

    Raises
    ------
    InvalidInputError
        If the neighbours of a hit are one text.
    """
    around = neighbours or {}
    for item_id, near in around.items():
        check_many(f"the neighbours of {item_id}", near)
    return {
        "question": question,
        "mode": mode,
        "coverage": None if ranking.coverage is None else asdict(ranking.coverage),
        "reading": None if ranking.reading is None else asdict(ranking.reading),
        "hits": [
            _hit(hit, (pictures or {}).get(hit.rank))
            | ({"neighbours": list(around[hit.item.id])} if hit.item.id in around else {})
            for hit in ranking
        ],
        "files": [
            {"file": name, "ranks": [hit.rank for hit in hits]}
            for name, hits in ranking.by_file().items()
        ],
    }


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """What is known of why something was found."""
    if isinstance(evidence, PageEvidence):  # its heat may be made as it is looked at
        evidence = replace(evidence, heat=tuple(evidence.heat))
    told: dict[str, Any] = _plain(evidence)
    return told


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer; of the items that it cites only their ids and places.

    Beside what stands in the answer it says whether the documents disagree.
    """
    document = asdict(answer) | {"disagreement": answer.disagreement}
    for entry, citation in zip(document["citations"], answer.citations, strict=True):
        place = citation.item.location
        entry["item"] = {
            "id": citation.item.id,
            "file": place.file if place else None,
            "page": place.page if place else None,
        }
        entry["quote"] = citation.quote
    return document


def page_name(item: Item) -> str:
    """A page's number, after the one that its document gives it where that differs: `iv (4)`."""
    place = item.location
    if place is None:
        return ""
    label = item.attributes.get("label")
    return f"{label} ({place.page})" if label else str(place.page)


def _plain(value: Any) -> Any:
    """A record as a dictionary, with the records in it: `dataclasses.asdict` without its copies.

    Evidence holds a record for each word of a page, so this is most of what an answer costs.
    """
    kind: type = type(value)
    if kind is float or kind is str or kind is int:
        return value
    if names := _field_names(kind):
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return kind(map(_plain, value)) if kind is tuple or kind is list else value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """Of a record; none of anything else."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _hit(hit: Hit, picture: PathLike | None) -> dict[str, Any]:
    place = hit.item.location
    return {
        "rank": hit.rank,
        "id": hit.item.id,
        "file": place.file if place else None,
        "page": place.page if place else None,
        "score": hit.score,
        "attributes": dict(hit.item.attributes),
        "copies": list(hit.copies),
        "evidence": evidence_json(hit.evidence),
        **({"picture": str(picture)} if picture else {}),
    }
