"""A text model as ONNX: the vectors of the model, without torch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from trovato import Library
from trovato.cli.main import main
from trovato.core import Encoder, InvalidInputError, ModelUnavailableError
from trovato.encode import load_encoder
from trovato.encode.late_interaction import (
    ColBERTEncoder,
    OnnxTextEncoder,
    export_text_encoder,
)
from trovato.testing import check_encoder
from trovato.testing.models.tiny_bert import WORDS
from trovato.testing.models.tiny_colbert import DIM, Layout, save_tiny_colbert

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
PLAIN = [word for word in WORDS if not word.startswith("##")]
TEXTS = ["", "a", "the old mill stands on the river, says anna.", " ".join(PLAIN * 4)]


@pytest.fixture(scope="module", params=["colbert", "pylate"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    layout: Layout = request.param
    return save_tiny_colbert(tmp_path_factory.mktemp(layout), layout)


@pytest.fixture(scope="module")
def exact(model: Path) -> Path:
    return export_text_encoder(model, model.parent / f"{model.name}-fp32", int8=False)


@pytest.fixture(scope="module")
def rounded(model: Path) -> Path:
    return export_text_encoder(model, model.parent / f"{model.name}-int8")


def test_the_vectors_are_those_of_the_model(model: Path, exact: Path) -> None:
    ours, exported = ColBERTEncoder(model), OnnxTextEncoder(exact, 2)
    assert exported.dim == ours.dim == DIM
    for one, other in zip(ours.encode(TEXTS), exported.encode(TEXTS), strict=True):
        assert np.abs(one.values - other.values).max(initial=0.0) <= 1e-5
        assert one.spans is not None
        assert other.spans is not None
        assert np.array_equal(one.spans, other.spans)
    for text in TEXTS:  # [MASK] of the expansion is there, and not attended where it should not be
        one, other = ours.encode_query(text), exported.encode_query(text)
        assert np.abs(one.values - other.values).max(initial=0.0) <= 1e-5


def test_with_8_bits_they_are_near(exact: Path, rounded: Path) -> None:
    pairs = zip(
        OnnxTextEncoder(exact).encode(TEXTS), OnnxTextEncoder(rounded).encode(TEXTS), strict=True
    )
    cosines = np.concatenate([(one.values * other.values).sum(axis=1) for one, other in pairs])
    assert cosines.mean() > 0.98
    assert cosines.min() < 1 - 1e-6  # it is another model
    sizes = [(folder / "model.onnx").stat().st_size for folder in (exact, rounded)]
    assert sizes[1] < sizes[0]


def test_it_keeps_the_laws(rounded: Path) -> None:
    encoder = OnnxTextEncoder(rounded, 3)
    assert isinstance(encoder, Encoder)
    check_encoder(encoder, TEXTS)


def test_a_collection_opens_with_it(model: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> str:
        found = CliRunner().invoke(main, [str(one) for one in arguments])
        assert found.exit_code == 0, found.output
        return found.output

    (tmp_path / "a.txt").write_text("the old mill stands on the river", "utf-8")
    told = json.loads(run("encoder", "export", model, "--to", tmp_path / "out", "--json"))
    assert told["weights"] == "int8"
    assert told["bytes"] == sum(one.stat().st_size for one in (tmp_path / "out").iterdir())
    made = f"onnx:{tmp_path / 'out'}"
    run("index", tmp_path / "a.txt", "--to", tmp_path / "c", "--encoder", made, "--quiet")
    with Library.open(tmp_path / "c") as library:
        assert library.collection.encoder_name == made
        assert library.search("old mill", mode="late")[0].item.id == "a.txt#1"


def test_what_is_missing_or_damaged_is_said(rounded: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"lacks model\.onnx, settings\.json"):
        load_encoder(f"onnx:{tmp_path}")
    with pytest.raises(InvalidInputError, match="threads"):
        OnnxTextEncoder(rounded, 0)
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((rounded / name).read_bytes())
    for content in ("no JSON", "[]", '{"settings": {"skipped": []}}'):
        (tmp_path / "settings.json").write_text(content)
        with pytest.raises(ModelUnavailableError, match="is damaged"):
            OnnxTextEncoder(tmp_path)
