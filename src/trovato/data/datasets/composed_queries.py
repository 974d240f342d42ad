"""Queries of a picture and a change: CIRR, CIRCO, FashionIQ, and lines of JSON.

Sources: Liu et al., ICCV 2021 (CIRR); Baldrati et al., ICCV 2023 (CIRCO); Wu et al., CVPR 2021
(FashionIQ). The files are those that their repositories publish; pictures are not needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, check_many
from trovato.core.system.text_lines import json_lines


@dataclass(frozen=True, slots=True)
class ComposedQuery:
    """A reference picture, a change in words, and what should be found.

    Parameters
    ----------
    id, reference
        Of the query and of the picture.
    edit
        The modification text.
    targets
        Pictures that are right; empty where a benchmark keeps them to itself.
    group
        Pictures among which CIRR's subset measures look, the reference among them; empty elsewhere.
    kinds
        What sort of change it is: CIRCO's semantic aspects, for one.
    shared_concept
        What reference and targets have in common, where CIRCO says so. The paper of SDR-CIR does
        not use it.
    """

    id: str
    reference: str
    edit: str
    targets: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    shared_concept: str = ""


def read_composed_queries(path: PathLike) -> tuple[ComposedQuery, ...]:
    """Lines of JSON with `id`, `reference`, `edit`, `targets`, and perhaps `kind`.

    An edit is text, or texts by language, of which the English one is taken.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened or is not UTF-8.
    InvalidInputError
        If a line is none of this; the message names it.
    """
    path = Path(path)
    wanted = "a JSON object with id, reference, edit and targets"
    return _each(path, [record for _, record in json_lines(path, wanted)], _line)


def read_cirr(path: PathLike) -> tuple[ComposedQuery, ...]:
    """CIRR's captions, `cap.rc2.*.json`; the test split names no targets.

    Raises
    ------
    UnreadableFileError, InvalidInputError
        If the file is absent or is something else; the message names the entry.
    """
    return _each(Path(path), _array(Path(path)), _cirr)


def read_circo(path: PathLike) -> tuple[ComposedQuery, ...]:
    """CIRCO's annotations, `val.json` or `test.json`; ids of pictures are written as text.

    The picture that the change was written for comes first among the targets.

    Raises
    ------
    UnreadableFileError, InvalidInputError
        If the file is absent or is something else; the message names the entry.
    """
    return _each(Path(path), _array(Path(path)), _circo)


def read_fashion_iq(path: PathLike) -> tuple[ComposedQuery, ...]:
    """FashionIQ's captions of one category, `cap.*.json`.

    The two captions of a pair become "a and b", without the marks at their ends, as in the public
    evaluators. The id of a query is its place in the file.

    Raises
    ------
    UnreadableFileError, InvalidInputError
        If the file is absent or is something else; the message names the entry.
    """
    numbered = [{"id": place, **record} for place, record in enumerate(_array(Path(path)))]
    return _each(Path(path), numbered, _fashion_iq)


def missing_pictures(queries: Iterable[ComposedQuery], gallery: Iterable[str]) -> tuple[str, ...]:
    """Pictures that queries name and the gallery lacks, sorted: no measure is fair without them."""
    check_many("the gallery", gallery)
    named: set[str] = set()
    for query in queries:
        named.update((query.reference, *query.targets, *query.group))
    return tuple(sorted(named - set(gallery)))


def _line(record: dict[str, Any]) -> ComposedQuery:
    edit = record["edit"]
    return ComposedQuery(
        record["id"],
        record["reference"],
        edit["en"] if isinstance(edit, dict) else edit,
        tuple(record["targets"]),
        kinds=(record["kind"],) if "kind" in record else (),
    )


def _cirr(record: dict[str, Any]) -> ComposedQuery:
    target = record.get("target_hard")
    return ComposedQuery(
        str(record["pairid"]),
        record["reference"],
        record["caption"],
        () if target is None else (target,),
        tuple(record["img_set"]["members"]),
    )


def _circo(record: dict[str, Any]) -> ComposedQuery:
    first = [] if record.get("target_img_id") is None else [record["target_img_id"]]
    return ComposedQuery(
        str(record["id"]),
        str(record["reference_img_id"]),
        record["relative_caption"],
        tuple(dict.fromkeys(str(one) for one in (*first, *record.get("gt_img_ids", ())))),
        kinds=tuple(record.get("semantic_aspects", ())),
        shared_concept=record.get("shared_concept", ""),
    )


def _fashion_iq(record: dict[str, Any]) -> ComposedQuery:
    edit = " and ".join(caption.strip(".?, ") for caption in record["captions"])
    target = record.get("target")
    return ComposedQuery(
        str(record["id"]), record["candidate"], edit, () if target is None else (target,)
    )


def _array(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be opened: {error.strerror}") from error
    except ValueError as error:
        raise InvalidInputError(f"{path} is not JSON in UTF-8: {error}") from error
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise InvalidInputError(f"{path}: wanted an array with one object per query")
    return found


def _each(
    path: Path, records: Sequence[dict[str, Any]], read: Callable[[dict[str, Any]], ComposedQuery]
) -> tuple[ComposedQuery, ...]:
    queries: dict[str, ComposedQuery] = {}
    for number, record in enumerate(records, start=1):
        try:
            query = read(record)
        except (KeyError, TypeError, AttributeError) as error:
            raise InvalidInputError(
                f"{path}, query {number}: a part is missing or of another kind ({error!r}), in "
                f"{str(record)[:80]}"
            ) from error
        texts = (query.id, query.reference, query.edit, *query.targets, *query.group)
        if not all(isinstance(text, str) for text in texts):
            raise InvalidInputError(f"{path}, query {number}: wanted ids and the edit as text")
        if query.id in queries:
            raise InvalidInputError(f"{path}, query {number}: the id {query.id!r} is there twice")
        queries[query.id] = query
    return tuple(queries.values())
