from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.data.datasets import (
    ComposedQuery,
    missing_pictures,
    read_circo,
    read_cirr,
    read_composed_queries,
    read_fashion_iq,
)


def written(folder: Path, found: Any) -> Path:
    path = folder / "queries.json"
    path.write_text(json.dumps(found), "utf-8")
    return path


def test_cirr(tmp_path: Path) -> None:
    group = {"id": 7, "members": list("abcdef"), "reference_rank": 3}
    shared = {"reference": "a", "caption": "add a lamp", "img_set": group}
    path = written(tmp_path, [{"pairid": 3, **shared, "target_hard": "c"}, {"pairid": 4, **shared}])
    with_target, without_target = read_cirr(path)
    members = ("a", "b", "c", "d", "e", "f")
    assert with_target == ComposedQuery("3", "a", "add a lamp", ("c",), members)
    assert without_target == ComposedQuery("4", "a", "add a lamp", (), members)


def test_circo_writes_numbers_as_text_and_the_target_first(tmp_path: Path) -> None:
    record = {
        "id": 0,
        "reference_img_id": 12,
        "relative_caption": "at night",
        "shared_concept": "a boat",
        "target_img_id": 9,
        "gt_img_ids": [5, 9],
        "semantic_aspects": ["viewpoint"],
    }
    assert read_circo(written(tmp_path, [record])) == (
        ComposedQuery("0", "12", "at night", ("9", "5"), (), ("viewpoint",), "a boat"),
    )
    hidden = {key: record[key] for key in ("id", "reference_img_id", "relative_caption")}
    assert read_circo(written(tmp_path, [hidden]))[0].targets == ()


def test_fashion_iq_joins_its_captions(tmp_path: Path) -> None:
    record = {"candidate": "B1", "target": "B2", "captions": ["is red.", " has no sleeves?"]}
    assert read_fashion_iq(written(tmp_path, [record])) == (
        ComposedQuery("0", "B1", "is red and has no sleeves", ("B2",)),
    )


def test_lines(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    lines = [
        {"id": "1", "reference": "a", "edit": "but red", "targets": ["b"], "kind": "colour"},
        {"id": "2", "reference": "a", "edit": {"de": "rot", "en": "red"}, "targets": []},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    assert read_composed_queries(path) == (
        ComposedQuery("1", "a", "but red", ("b",), (), ("colour",)),
        ComposedQuery("2", "a", "red"),
    )


@pytest.mark.parametrize("read", [read_cirr, read_circo, read_fashion_iq])
def test_what_is_something_else(
    read: Callable[[Path], tuple[ComposedQuery, ...]], tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match="array"):
        read(written(tmp_path, {}))
    with pytest.raises(InvalidInputError, match="query 1: a part is missing"):
        read(written(tmp_path, [{"id": 1}]))
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        read(tmp_path / "absent.json")
    (tmp_path / "queries.json").write_bytes(b"\xff{")
    with pytest.raises(InvalidInputError, match="not JSON"):
        read(tmp_path / "queries.json")


@pytest.mark.usefixtures("unchecked")
def test_an_id_twice_and_an_edit_that_is_no_text(tmp_path: Path) -> None:
    record = {"pairid": 1, "reference": "a", "caption": "b", "img_set": {"members": []}}
    with pytest.raises(InvalidInputError, match="query 2: the id '1' is there twice"):
        read_cirr(written(tmp_path, [record, record]))
    with pytest.raises(InvalidInputError, match="as text"):
        read_cirr(written(tmp_path, [{**record, "caption": 3}]))


def test_pictures_that_are_missing() -> None:
    queries = [ComposedQuery("1", "a", "", ("b",), ("a", "d")), ComposedQuery("2", "c", "")]
    assert missing_pictures(queries, ["a", "c"]) == ("b", "d")
