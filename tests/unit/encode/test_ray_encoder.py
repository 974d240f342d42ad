"""Encoding on Ray Data: the same vectors, in shards that are made once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from trovato.core import Encoder, InvalidInputError, UnreadableFileError
from trovato.encode import RayEncoder, load_encoder

TEXTS = ["", "the old mill", "\ud800 half a character", "one", "  ", "a tower in Oslo", "wings"]


class Rows:
    """What a dataset of Ray Data is to the encoder, in this process."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def map(self, kind: Any, *, fn_constructor_args: tuple[str], **options: Any) -> Rows:
        worker = kind(*fn_constructor_args)
        return Rows([worker(row) for row in self._rows])

    def iter_rows(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Ray Data played in this process; the texts of each shard that is encoded."""
    found: list[list[str]] = []

    def from_items(rows: list[dict[str, Any]], **options: Any) -> Rows:
        found.extend(json.loads(row["texts"]) for row in rows)
        return Rows(rows)

    context = SimpleNamespace(enable_progress_bars=True)
    data = SimpleNamespace(
        DataContext=SimpleNamespace(get_current=lambda: context),
        ActorPoolStrategy=lambda size: size,
        from_items=from_items,
    )
    ray = SimpleNamespace(is_initialized=lambda: True, data=data)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setitem(sys.modules, "ray.data", data)
    return found


def check_same(texts: list[str], encoder: RayEncoder) -> None:
    plain = load_encoder("minilm", 1)
    assert isinstance(encoder, Encoder)
    assert (encoder.fingerprint, encoder.dim) == (plain.fingerprint, plain.dim)
    for one, other in zip(plain.encode(texts), encoder.encode(iter(texts)), strict=True):
        assert np.array_equal(one.values, other.values)
        assert one.spans is not None
        assert other.spans is not None
        assert np.array_equal(one.spans, other.spans)
    asked = encoder.encode_query("old mill").values
    assert np.array_equal(asked, plain.encode_query("old mill").values)


def test_the_vectors_are_those_of_the_encoder(made: list[list[str]], tmp_path: Path) -> None:
    check_same(TEXTS, RayEncoder("minilm", tmp_path, shard=3))
    assert made == [TEXTS[:3], TEXTS[3:6], TEXTS[6:]]


def test_only_what_is_missing_is_made(made: list[list[str]], tmp_path: Path) -> None:
    encoder = RayEncoder("minilm", tmp_path, shard=3)
    before = [one.values for one in encoder.encode(TEXTS)]
    files = sorted(tmp_path.glob("*.npz"))
    assert len(files) == 3
    files[1].unlink()  # as if it had not come so far
    made.clear()
    again = [one.values for one in encoder.encode(TEXTS)]
    assert all(np.array_equal(*pair) for pair in zip(before, again, strict=True))
    assert len(made) == 1
    list(encoder.encode(["others", *TEXTS]))
    assert len(made) == 4  # shards are named by their texts
    files[0].write_bytes(files[0].read_bytes()[:-9])
    with pytest.raises(UnreadableFileError, match="delete it"):
        list(encoder.encode(TEXTS))


def test_texts_are_read_in_groups(made: list[list[str]], tmp_path: Path) -> None:
    taken: list[str] = []

    def texts() -> Iterator[str]:
        for text in TEXTS:
            taken.append(text)
            yield text

    next(RayEncoder("minilm", tmp_path, shard=3, ahead=1).encode(texts()))
    assert taken == TEXTS[:3]


@pytest.mark.parametrize("wrong", ["workers", "shard", "ahead"])
def test_numbers_are_at_least_1(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(InvalidInputError, match=wrong):
        RayEncoder("minilm", tmp_path, **{wrong: 0})


@pytest.mark.needs("ray")
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:ray.data.context")
@pytest.mark.usefixtures("ray_started")
def test_on_ray_itself(tmp_path: Path) -> None:
    check_same(TEXTS, RayEncoder("minilm", tmp_path, workers=2, shard=3))
