"""CLIP and SigLIP from a folder against transformers' own forward."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from trovato.core import ModelUnavailableError
from trovato.encode.images import ClipEncoder, ClipSpace, OnnxClipEncoder, export_clip
from trovato.library import Library, PictureLibrary, index_pictures
from trovato.testing import WordEncoder, save_scenes
from trovato.testing.models.tiny_clip import save_as_open_clip, save_tiny_clip

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
Kind = Literal["clip", "siglip"]
TEXTS = ["a red dress", "but green", "without sleeves", "circle"]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    kinds: tuple[Kind, ...] = ("clip", "siglip")
    return {kind: save_tiny_clip(tmp_path_factory.mktemp(kind), kind) for kind in kinds}


def pictures() -> list[Image.Image]:
    random = np.random.default_rng(0)
    sizes = ((40, 60, 3), (32, 32, 3), (90, 33, 3))
    return [Image.fromarray(random.integers(0, 256, size).astype(np.uint8)) for size in sizes]


@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_vectors_are_those_of_the_whole_model(clips: dict[str, Path], kind: str) -> None:
    import torch
    import transformers

    folder = clips[kind]
    clip = kind == "clip"
    model = (transformers.CLIPModel if clip else transformers.SiglipModel).from_pretrained(folder)
    processor = (
        transformers.CLIPImageProcessorPil if clip else transformers.SiglipImageProcessorPil
    ).from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    padding = {"padding": True} if clip else {"padding": "max_length", "max_length": 16}
    tokens = tokenizer(TEXTS, return_tensors="pt", **padding)
    mask = {"attention_mask": tokens["attention_mask"]} if clip else {}
    with torch.no_grad():
        whole = model.eval()(
            input_ids=tokens["input_ids"],
            pixel_values=processor(images=pictures(), return_tensors="pt")["pixel_values"],
            **mask,
        )
    encoder = ClipEncoder(folder)
    images = np.stack(list(encoder.encode_images(pictures())))
    assert np.abs(images - whole.image_embeds.numpy()).max() <= 1e-5
    assert np.abs(encoder.encode_texts(TEXTS) - whole.text_embeds.numpy()).max() <= 1e-5


@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_neighbours_change_nothing_and_length_is_one(clips: dict[str, Path], kind: str) -> None:
    encoder, again = ClipEncoder(clips[kind]), ClipEncoder(clips[kind])
    together = encoder.encode_texts(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert np.array_equal(again.encode_texts([text])[0], vector)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    assert encoder.fingerprint == again.fingerprint
    assert encoder.encode_texts([]).shape == (0, together.shape[1])


def test_a_text_that_is_cut_is_counted(clips: dict[str, Path]) -> None:
    encoder = ClipEncoder(clips["clip"])
    long = encoder.encode_texts(["red " * 14, "red " * 15, "red " * 40])
    assert encoder.truncated == 2
    assert np.array_equal(long[1], long[2])


def test_another_model_has_another_fingerprint(clips: dict[str, Path], tmp_path: Path) -> None:
    other = ClipEncoder(save_tiny_clip(tmp_path, seed=1))
    assert other.fingerprint != ClipEncoder(clips["clip"]).fingerprint


def test_from_files_to_a_ranking(clips: dict[str, Path], tmp_path: Path) -> None:
    save_scenes(tmp_path / "scenes", ["white"])
    space = ClipSpace(ClipEncoder(clips["clip"]))
    with Library.create(tmp_path / "to", encoder=WordEncoder()) as made:
        report = index_pictures(
            made.collection,
            made.encoder,
            [tmp_path / "scenes"],
            space=space,
            cache=tmp_path / "cache",
        )
    assert (len(report.added), report.reads_text) == (36, True)
    library = PictureLibrary(tmp_path / "to", ClipSpace(ClipEncoder(clips["clip"])))
    found = library.compose("scenes/red-circle-white-left.png", "but green", k=5)
    assert len(found.ranking) == 5
    assert found.source == "rules"


def test_what_is_no_such_model(clips: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"config\.json"):
        ClipEncoder(tmp_path)
    for path in clips["clip"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelUnavailableError, match="cannot be loaded"):
        ClipEncoder(tmp_path).encode_texts(["red"])
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}), "utf-8")
    with pytest.raises(ModelUnavailableError, match="'bert'"):
        ClipEncoder(tmp_path)
    (tmp_path / "config.json").write_text("{", "utf-8")
    with pytest.raises(ModelUnavailableError, match="damaged"):
        ClipEncoder(tmp_path)


def test_the_form_of_open_clip_is_the_same_network(clips: dict[str, Path], tmp_path: Path) -> None:
    ours = ClipEncoder(clips["clip"])
    theirs = ClipEncoder(save_as_open_clip(clips["clip"], tmp_path / "open"))
    # Where an odd number of columns is cut off, the two libraries differ by one column.
    shown = pictures()[:2]
    apart = np.stack(list(ours.encode_images(shown))) - np.stack(list(theirs.encode_images(shown)))
    assert np.abs(apart).max() <= 1e-5
    assert np.abs(ours.encode_texts(TEXTS) - theirs.encode_texts(TEXTS)).max() <= 1e-5
    assert ours.fingerprint != theirs.fingerprint
    assert list(theirs.encode_images(pictures()))[2].shape == (16,)


def test_what_open_clip_cannot_be_read(clips: dict[str, Path], tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = save_as_open_clip(clips["clip"], tmp_path)
    config = json.loads((folder / "open_clip_config.json").read_text("utf-8"))
    tensors = load_file(folder / "open_clip_model.safetensors")
    strange = {**tensors, "visual.trunk.stem.weight": np.zeros((2, 2), np.float32)}
    save_file(strange, folder / "open_clip_model.safetensors")
    with pytest.raises(ModelUnavailableError, match=r"visual\.trunk"):
        ClipEncoder(folder).encode_texts(["red"])
    config["model_cfg"]["vision_cfg"]["timm_model_name"] = "vit"
    (folder / "open_clip_config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(ModelUnavailableError, match="another kind"):
        ClipEncoder(folder)
    (folder / "open_clip_config.json").write_text("{", "utf-8")
    with pytest.raises(ModelUnavailableError, match="damaged"):
        ClipEncoder(folder)


@pytest.mark.needs("onnx")
@pytest.mark.parametrize("kind", ["clip", "siglip", "open_clip"])
def test_as_onnx_it_is_the_same_model_and_nearly_so_with_8_bits(
    clips: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    if kind == "open_clip":
        encoder = ClipEncoder(save_as_open_clip(clips["clip"], tmp_path / "open"))
    else:
        encoder = ClipEncoder(clips[kind])
    texts = [*TEXTS, "red " * 40, ""]
    images = np.stack(list(encoder.encode_images(pictures())))
    said = encoder.encode_texts(texts)
    export_clip(encoder, tmp_path / "whole", int8=False)
    whole = OnnxClipEncoder(tmp_path / "whole")
    assert np.abs(np.stack(list(whole.encode_images(pictures()))) - images).max() <= 1e-5
    assert np.abs(whole.encode_texts(texts) - said).max() <= 1e-5
    assert whole.truncated == 1
    export_clip(encoder, tmp_path / "rounded")
    rounded = OnnxClipEncoder(tmp_path / "rounded")
    near = (np.stack(list(rounded.encode_images(pictures()))) * images).sum(axis=1)
    assert 0.999 < near.min() < 1 - 1e-7
    assert (rounded.encode_texts(texts) * said).sum(axis=1).min() > 0.999
    assert rounded.fingerprint != whole.fingerprint
    sizes = [(tmp_path / name / "images.onnx").stat().st_size for name in ("whole", "rounded")]
    assert sizes[1] < 0.6 * sizes[0]


def test_what_is_no_exported_model(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"lacks settings\.json"):
        OnnxClipEncoder(tmp_path)
    for name in ("settings.json", "tokenizer.json", "images.onnx", "texts.onnx"):
        (tmp_path / name).write_text("{}", "utf-8")
    with pytest.raises(ModelUnavailableError, match="damaged"):
        OnnxClipEncoder(tmp_path)
