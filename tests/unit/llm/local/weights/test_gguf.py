"""Models in GGUF files: which file is meant, and what is said where none is."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from trovato.core import MissingExtraError, ModelUnavailableError
from trovato.library import open_model
from trovato.llm.local.weights.loading import gguf_file


def test_a_file_or_the_only_one_of_a_folder_is_meant(tmp_path: Path) -> None:
    one = tmp_path / "one.gguf"
    one.write_bytes(b"GGUF")
    assert gguf_file(one) == gguf_file(tmp_path) == one
    (tmp_path / "two.gguf").write_bytes(b"GGUF")
    with pytest.raises(ModelUnavailableError, match=r"name one of one\.gguf, two\.gguf"):
        gguf_file(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    assert gguf_file(tmp_path) is None
    assert gguf_file("some/name") is None
    with pytest.raises(ModelUnavailableError, match="no file"):
        gguf_file(tmp_path / "none.gguf")


@pytest.mark.needs("torch")
def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not one")
    kind = ModelUnavailableError if find_spec("gguf") else MissingExtraError
    for llm in (f"gguf:{broken}", str(broken)):
        with pytest.raises(kind):
            open_model(llm)
