"""Folders of models merged into one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from trovato.cli.main import main
from trovato.core import InvalidInputError
from trovato.train.encoder import merge_folders

pytestmark = pytest.mark.needs("safetensors")


def saved(folder: Path, value: float, *, head: bool = True) -> Path:
    from safetensors.numpy import save_file

    (folder / "1_Dense").mkdir(parents=True)
    save_file({"a": np.full(3, value, np.float32)}, folder / "model.safetensors")
    if head:
        save_file(
            {"b": np.full(2, 2 * value, np.float32)}, folder / "1_Dense" / "model.safetensors"
        )
    (folder / "config.json").write_text(json.dumps({"value": value}), "utf-8")
    return folder


def test_weights_are_merged_and_the_rest_is_the_first_one_s(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    models = [saved(tmp_path / name, value) for name, value in (("one", 0.0), ("two", 4.0))]
    found = CliRunner().invoke(
        main,
        ["encoder", "merge", *map(str, models), "--to", str(tmp_path / "to"), "--shares", "1,3"],
    )
    assert found.exit_code == 0, found.output
    assert load_file(tmp_path / "to" / "model.safetensors")["a"].tolist() == [3, 3, 3]
    assert load_file(tmp_path / "to" / "1_Dense" / "model.safetensors")["b"].tolist() == [6, 6]
    assert json.loads((tmp_path / "to" / "config.json").read_text("utf-8")) == {"value": 0}
    lineage = json.loads((tmp_path / "to" / "lineage.json").read_text("utf-8"))
    assert (lineage["method"], lineage["shares"]) == ("average", [1, 3])
    assert [one["name"] for one in lineage["models"]] == ["one", "two"]
    assert len({one["fingerprint"] for one in lineage["models"]}) == 2


def test_ties_and_slerp(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    base, one, two = (saved(tmp_path / str(at), at) for at in (0.0, 1.0, 3.0))
    made = merge_folders([one, two], tmp_path / "ties", method="ties", base=base, density=1.0)
    assert load_file(made / "model.safetensors")["a"].tolist() == [2, 2, 2]
    made = merge_folders([one, two], tmp_path / "slerp", method="slerp", shares=[0.25])
    assert load_file(made / "model.safetensors")["a"] == pytest.approx([1.5] * 3)


def test_what_cannot_be_merged(tmp_path: Path) -> None:
    one, bare = saved(tmp_path / "one", 1), saved(tmp_path / "bare", 1, head=False)
    with pytest.raises(InvalidInputError, match=r"lacks 1_Dense"):
        merge_folders([one, bare], tmp_path / "to")
    with pytest.raises(InvalidInputError, match="holds something"):
        merge_folders([one, one], bare)
    with pytest.raises(InvalidInputError, match="give base"):
        merge_folders([one, one], tmp_path / "new", method="ties")
    with pytest.raises(InvalidInputError, match="between two"):
        merge_folders([one], tmp_path / "new", method="slerp")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInputError, match="no weights"):
        merge_folders([tmp_path / "empty"], tmp_path / "new")
