"""Semantic ids with their items and quantiser: kept, grown, repaired, compared."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import IdMap, InvalidInputError, UnreadableFileError
from trovato.encode.semantic_ids import (
    QUANTIZERS,
    SemanticIds,
    compare_ids,
    fit_quantizer,
    load_ids,
    report_ids,
    save_ids,
)
from trovato.ops.quantization import EncodedQuantizer, ResidualQuantizer, fit_orthogonal_quantizer
from trovato.testing import check_quantizer

VECTORS = np.random.default_rng(0).standard_normal((200, 12)).astype(np.float32)
NAMES = [f"i{number}" for number in range(200)]


def made(name: str = "rq-kmeans") -> SemanticIds:
    if name == "encoded":
        random = np.random.default_rng(1)
        shapes = [(12,), (12, 8), (8, 8), (8, 6), (6,), (6, 8), (8,)]
        names = ("mean", "projection", "mixing", "inner", "inner_bias", "outer", "outer_bias")
        parts: dict[str, Any] = {
            name: random.standard_normal(shape).astype(np.float32)
            for name, shape in zip(names, shapes, strict=True)
        }
        inner = fit_orthogonal_quantizer(VECTORS[:, :8].copy(), 4, codes=8)
        quantizer = EncodedQuantizer(**parts, quantizer=inner)
        return SemanticIds(IdMap(NAMES), quantizer.encode(VECTORS), quantizer, {"by": name})
    fitted, codes = fit_quantizer(name, VECTORS, codes=12)
    return SemanticIds(IdMap(NAMES), codes, fitted, {"by": name})


@pytest.mark.parametrize("name", [*QUANTIZERS, "encoded"])
def test_a_file_holds_all_of_it(name: str, tmp_path: Path) -> None:
    ids = made(name)
    check_quantizer(ids.quantizer, VECTORS)
    save_ids(tmp_path / "some.ids", ids)
    found = load_ids(tmp_path / "some.ids")
    assert (found.items, found.made, found.sizes) == (ids.items, ids.made, ids.sizes)
    assert found.fingerprint == ids.fingerprint
    assert np.array_equal(found.codes, ids.codes)
    assert np.array_equal(found.quantizer.encode(VECTORS), ids.quantizer.encode(VECTORS))


def test_parts_of_two_files_do_not_mix(tmp_path: Path) -> None:
    save_ids(tmp_path / "one.ids", made())
    other = made("balanced")
    assert isinstance(other.quantizer, ResidualQuantizer)
    with np.load(tmp_path / "one.ids") as stored:
        parts = {name: stored[name] for name in stored}
    for mixed in ({"codes": other.codes}, {"quantizer codebooks": other.quantizer.codebooks}):
        with (tmp_path / "mixed.ids").open("wb") as file:
            np.savez(file, **{**parts, **mixed})
        with pytest.raises(UnreadableFileError, match="do not belong together"):
            load_ids(tmp_path / "mixed.ids")
    (tmp_path / "cut.ids").write_bytes((tmp_path / "one.ids").read_bytes()[:500])
    for name in ("cut.ids", "absent.ids"):
        with pytest.raises(UnreadableFileError):
            load_ids(tmp_path / name)


def test_appended_items_change_no_id() -> None:
    ids = made()
    new = VECTORS[:20] + np.float32(0.01)
    grown = ids.append([f"n{number}" for number in range(20)], new)
    assert np.array_equal(grown.codes[:200], ids.codes)
    assert np.array_equal(grown.codes[200:], ids.quantizer.encode(new))
    assert grown.made["appended"] == 20
    assert compare_ids(ids, grown)["drift"] == [0, 0, 0]
    with pytest.raises(InvalidInputError, match="'i3'"):
        ids.append(["i3"], new[:1])
    with pytest.raises(InvalidInputError, match="one vector"):
        ids.append(["x"], new)


def test_a_digit_counts_on_when_items_are_appended() -> None:
    apart, _ = made().repair("digit")
    assert report_ids(apart).quality.unique_ratio == 1
    grown = apart.append([f"n{number}" for number in range(200)], VECTORS)
    assert np.array_equal(grown.codes[:200], apart.codes)
    assert report_ids(grown).quality.unique_ratio == 1
    with pytest.raises(InvalidInputError, match="already"):
        grown.repair("digit")


def test_repairs_and_what_they_need() -> None:
    ids = made()
    assert report_ids(ids).quality.unique_ratio < 1
    apart, done = ids.repair("nearest", VECTORS)
    assert report_ids(apart).quality.unique_ratio == 1
    assert len(done.moved)
    for policy in ("nearest", "other"):
        with pytest.raises(InvalidInputError, match="wanted the policy"):
            ids.repair(policy)


def test_a_report_knows_the_error_and_labels() -> None:
    ids = made()
    label = ids.codes[:, 0] % 2
    report = report_ids(ids, VECTORS, {"parity": label})
    assert 0 < (report.error or 0) < 1
    assert report.information["parity"][0][0] == pytest.approx(
        report_ids(ids, None, {"parity": label}).information["parity"][0][0]
    )
    assert report.information["parity"][0][0] > 0.9
    assert report.to_dict()["levels"][0]["utilisation"] == 1
    with pytest.raises(InvalidInputError, match="one an item"):
        report_ids(ids, VECTORS[:3])


def test_ids_of_items_by_name() -> None:
    ids = made()
    assert np.array_equal(ids.places(["i7", "i0"]), ids.codes[[7, 0]])
    with pytest.raises(InvalidInputError, match="append them first"):
        ids.places(["i7", "other"])
    with pytest.raises(InvalidInputError, match="no quantizer"):
        fit_quantizer("other", VECTORS)
    with pytest.raises(InvalidInputError, match="one id"):
        SemanticIds(IdMap(["a"]), ids.codes, ids.quantizer, {})


def test_comparison_of_versions() -> None:
    one, other = made(), made("balanced")
    found = compare_ids(one, other)
    assert (found["shared"], found["added"], found["removed"]) == (200, 0, 0)
    assert found["drift"] == sorted(found["drift"])
    assert found["drift"][-1] > 0
