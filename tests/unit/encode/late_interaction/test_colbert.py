"""Text models of late interaction from folders in each layout."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from trovato.core import Encoder, InvalidInputError, ModelUnavailableError
from trovato.encode.late_interaction import ColBERTEncoder, text_settings
from trovato.testing import check_encoder
from trovato.testing.models.tiny_colbert import DIM, Layout, save_tiny_colbert

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
LAYOUTS: tuple[Layout, ...] = ("colbert", "pylate")
TEXT = "The old mill stands on the river, says Anna."
LONG = "the mill on the river is old and anna says that it was built in the year " * 8


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {
        layout: save_tiny_colbert(tmp_path_factory.mktemp(layout), layout) for layout in LAYOUTS
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_laws_of_encoders(models: dict[str, Path], layout: str) -> None:
    encoder = ColBERTEncoder(models[layout], batch=3)
    assert isinstance(encoder, Encoder)
    assert encoder.dim == DIM
    check_encoder(encoder)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_batches_change_nothing(models: dict[str, Path], layout: str) -> None:
    texts = [TEXT, LONG, "", "river"]
    one, many = (ColBERTEncoder(models[layout], batch=batch) for batch in (1, 50))
    for a, b in zip(one.encode(texts), many.encode(texts), strict=True):
        assert np.abs(a.values - b.values).max(initial=0) <= 1e-5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_questions_are_filled_up_and_punctuation_of_documents_has_no_vector(
    models: dict[str, Path], layout: str
) -> None:
    encoder = ColBERTEncoder(models[layout])
    question = encoder.encode_query("when was the mill built?")
    assert len(question) == 12
    assert question.spans is not None
    said = ["when was the mill built?"[a:b] for a, b in question.spans.tolist()]
    assert said == ["", "", "when", "was", "the", "mill", "built", "?", "", "", "", ""]
    (document,) = encoder.encode([TEXT])
    assert document.spans is not None
    words = [TEXT[a:b] for a, b in document.spans.tolist()]
    assert words == ["", "", "The", "old", "mill", "stands", "on", "the", "river", *words[9:]]
    assert not {",", "."} & set(words)


def test_a_long_document_is_read_whole(models: dict[str, Path]) -> None:
    (found,) = ColBERTEncoder(models["colbert"]).encode([LONG])
    assert found.spans is not None
    assert len(LONG.split()) <= len(found)
    assert found.spans[-2, 1] == len(LONG.rstrip())


def test_a_long_question_is_read_whole(models: dict[str, Path]) -> None:
    assert len(ColBERTEncoder(models["colbert"]).encode_query("mill " * 40)) == 43


def test_bfloat16_is_near_float32(models: dict[str, Path]) -> None:
    (exact,) = ColBERTEncoder(models["colbert"]).encode([TEXT])
    (rough,) = ColBERTEncoder(models["colbert"], dtype="bfloat16").encode([TEXT])
    assert (exact.values * rough.values).sum(1).min() > 0.99


def test_an_adapter_is_merged(models: dict[str, Path], tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    base = models["colbert"]
    name = "bert.encoder.layer.1.attention.self.query"
    torch.manual_seed(1)
    a, b = torch.randn(2, 32), torch.randn(32, 2)
    adapter, whole = tmp_path / "adapter", tmp_path / "whole"
    adapter.mkdir()
    shutil.copytree(base, whole)
    for file in base.iterdir():
        if file.suffix != ".safetensors":
            shutil.copy(file, adapter)
    start = f"base_model.model.{name}.lora"
    save_file(
        {f"{start}_A.weight": a, f"{start}_B.weight": b}, adapter / "adapter_model.safetensors"
    )
    settings = {"peft_type": "LORA", "r": 2, "lora_alpha": 6, "base_model_name_or_path": "base"}
    (adapter / "adapter_config.json").write_text(json.dumps(settings), "utf-8")
    weights = load_file(base / "model.safetensors")
    weights[f"{name}.weight"] = weights[f"{name}.weight"] + 3 * b @ a
    save_file(weights, whole / "model.safetensors")
    merged = ColBERTEncoder(adapter, base=base).encode_query("old mill").values
    assert np.abs(merged - ColBERTEncoder(whole).encode_query("old mill").values).max() <= 1e-5
    assert np.abs(merged - ColBERTEncoder(base).encode_query("old mill").values).max() > 1e-2
    with pytest.raises(ModelUnavailableError, match="an adapter of 'base'"):
        ColBERTEncoder(adapter).encode_query("mill")


def test_another_model_has_another_fingerprint(models: dict[str, Path], tmp_path: Path) -> None:
    other = ColBERTEncoder(save_tiny_colbert(tmp_path, seed=1))
    assert other.fingerprint != ColBERTEncoder(models["colbert"]).fingerprint


def test_what_is_no_such_model(models: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="no late-interaction model of texts"):
        ColBERTEncoder(tmp_path)
    shutil.copytree(models["colbert"], tmp_path / "copy")
    (tmp_path / "copy" / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelUnavailableError, match="damaged"):
        ColBERTEncoder(tmp_path / "copy").encode_query("mill")
    (tmp_path / "copy" / "model.safetensors").unlink()
    with pytest.raises(ModelUnavailableError, match="safetensors alone"):
        ColBERTEncoder(tmp_path / "copy").encode_query("mill")
    with pytest.raises(InvalidInputError, match="batch"):
        ColBERTEncoder(models["colbert"], batch=0)
    with pytest.raises(InvalidInputError, match="float16"):
        ColBERTEncoder(models["colbert"], dtype="float16")


def test_a_missing_weight_is_no_chance_vector(models: dict[str, Path], tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    shutil.copytree(models["pylate"], tmp_path / "copy")
    weights = load_file(tmp_path / "copy" / "model.safetensors")
    weights.pop("encoder.layer.1.output.dense.weight")
    save_file(weights, tmp_path / "copy" / "model.safetensors")
    with pytest.raises(ModelUnavailableError, match="lacks 1 of"):
        ColBERTEncoder(tmp_path / "copy").encode_query("mill")


def test_settings_are_those_of_the_folder(models: dict[str, Path]) -> None:
    stanford, pylate = (text_settings(models[layout]) for layout in LAYOUTS)
    assert (stanford.query_prompt, stanford.document_prompt) == ("[unused0]", "[unused1]")
    assert (pylate.query_prompt, pylate.document_prompt) == ("[Q] ", "[D] ")
    assert (stanford.query_length, stanford.document_length) == (12, 48)
    assert (pylate.query_length, pylate.document_length) == (12, 48)
    assert "," in stanford.skipped
