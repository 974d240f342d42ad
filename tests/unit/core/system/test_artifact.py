from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from trovato.core import Artifact, UnreadableFileError

_NUMBERS: Any = st.sampled_from([np.dtype("<f4"), np.dtype("<i8"), np.dtype("u1")])


@given(
    st.dictionaries(st.sampled_from(["a", "b c", "kind"]), arrays(_NUMBERS, array_shapes())),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
)
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory,
    values: dict[str, np.ndarray],
    about: dict[str, int | str],
) -> None:
    path = tmp_path_factory.mktemp("artifact") / "some.npz"
    Artifact("model", "3f2a", values, about).save(path)
    found = Artifact.load(str(path), "model", remedy="make it again")
    assert found.fingerprint == "3f2a"
    assert dict(found.about) == about
    assert found.arrays.keys() == values.keys()
    for name, value in values.items():
        np.testing.assert_array_equal(found.arrays[name], value)
        assert found.arrays[name].dtype == value.dtype


def test_what_is_not_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    Artifact("model", "3f2a", {"values": np.arange(1000)}).save(path)
    whole = path.read_bytes()
    with pytest.raises(UnreadableFileError, match="is a model of format 1, wanted a map"):
        Artifact.load(path, "map", remedy="make it again")
    for broken in (b"", b"text", whole[:-10], whole[: len(whole) // 2]):
        path.write_bytes(broken)
        with pytest.raises(UnreadableFileError, match="make it again"):
            Artifact.load(path, "model", remedy="make it again")
    head = {"kind": "model", "format": 99}
    np.savez(path, about=np.array(json.dumps(head)))
    with pytest.raises(UnreadableFileError, match="format 99"):
        Artifact.load(path, "model", remedy="make it again")
    np.savez(path, values=np.zeros(3))
    with pytest.raises(UnreadableFileError, match="not a whole model"):
        Artifact.load(path, "model", remedy="make it again")
    with pytest.raises(UnreadableFileError, match=r"absent\.npz"):
        Artifact.load(tmp_path / "absent.npz", "model", remedy="make it again")


def test_a_failed_save_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "some.npz"
    Artifact("model", "one", {"values": np.zeros(3)}).save(path)
    with pytest.raises(TypeError):
        Artifact("model", "two", {"values": np.zeros(3)}, {"what": object()}).save(path)
    assert Artifact.load(path, "model", remedy="").fingerprint == "one"
