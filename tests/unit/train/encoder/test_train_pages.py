"""Training of a tiny page image encoder: resume, layout, chunks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.encode.late_interaction import PageImageEncoder, save_page_encoder
from trovato.testing.models.tiny_eagle import save_tiny_eagle
from trovato.testing.models.tiny_vlm import save_tiny_vlm
from trovato.train.encoder import EncoderTraining, TrainingPair, train_page_encoder

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
CONFIG = EncoderTraining(steps=4, batch=2, chunk=2, warm_up=1, negatives=1, learning_rate=1e-3)
PAIRS = [
    TrainingPair("two dots", ("0.png",), ("1.png",)),
    TrainingPair("a line", ("1.png",), ("2.png",)),
    TrainingPair("nothing", ("2.png",)),
]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    for at, size in enumerate([(64, 96), (96, 64), (64, 64)]):
        pixels = np.random.default_rng(at).integers(0, 256, (*size, 3))
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{at}.png")
    return folder


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_vlm(tmp_path_factory.mktemp("start"), "ColQwen3")


def vectors(folder: Path, images: Path) -> np.ndarray:
    with Image.open(images / "0.png") as image:
        (page,) = PageImageEncoder(folder).encode_images([image])
    return page.values


@pytest.mark.slow
def test_a_resumed_run_is_an_unbroken_one(start: Path, images: Path, tmp_path: Path) -> None:
    whole = train_page_encoder(start, tmp_path / "whole", PAIRS, CONFIG, images=images)

    class StoppedError(Exception):
        pass

    def stop(_: str, done: int, __: int) -> None:
        if done == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        train_page_encoder(
            start, tmp_path / "b", PAIRS, CONFIG, images=images, save_every=2, progress=stop
        )
    again = train_page_encoder(start, tmp_path / "b", PAIRS, CONFIG, images=images)
    assert again.losses == whole.losses
    weights = [one.folder / "model.safetensors" for one in (again, whole)]
    assert weights[0].read_bytes() == weights[1].read_bytes()
    assert np.abs(vectors(whole.folder, images) - vectors(start, images)).max() > 1e-4
    assert "late-interaction" in (whole.folder / "README.md").read_text()
    with pytest.raises(InvalidInputError, match="other pairs"):
        train_page_encoder(start, tmp_path / "b", PAIRS[1:], CONFIG, images=images)
    one = train_page_encoder(start, tmp_path / "c", PAIRS, replace(CONFIG, chunk=9), images=images)
    assert one.losses == pytest.approx(whole.losses, rel=1e-4)


@pytest.mark.parametrize("kind", ["ColPaliForRetrieval", "Qwen3VLNemotronEmbedModel", "eagle"])
def test_a_saved_model_is_the_same(kind: str, images: Path, tmp_path: Path) -> None:
    made = (
        save_tiny_eagle(tmp_path / "a") if kind == "eagle" else save_tiny_vlm(tmp_path / "a", kind)
    )
    encoder = PageImageEncoder(made)
    saved = save_page_encoder(tmp_path / "b", encoder)
    assert np.array_equal(vectors(made, images), vectors(saved, images))
    assert (saved / "config.json").read_bytes() == (made / "config.json").read_bytes()


@pytest.mark.parametrize("kind", ["ColPali", "ColQwen2", "ColQwen3", "ColIdefics3", "eagle"])
def test_those_computed_together_are_as_alone(kind: str, tmp_path: Path) -> None:
    folder = save_tiny_eagle(tmp_path) if kind == "eagle" else save_tiny_vlm(tmp_path, kind)
    encoder = PageImageEncoder(folder)
    sizes = [(64, 96), (96, 64), (64, 96), (96, 64)]
    drawn = [
        np.random.default_rng(at).integers(0, 256, (*size, 3)) for at, size in enumerate(sizes)
    ]
    pages = [encoder.page_inputs(Image.fromarray(one.astype(np.uint8))) for one in drawn]
    inputs = [pages[0], encoder.query_inputs("a b"), *pages[1:], encoder.query_inputs("c d")]
    together = [one.detach().numpy() for one in encoder.compute(inputs)]
    for found, one in zip(together, inputs, strict=True):
        (alone,) = encoder.compute([one])
        assert found == pytest.approx(alone.detach().numpy(), abs=2e-5)
    assert not np.allclose(together[0], together[3])


@pytest.mark.parametrize("kind", ["ColPali", "ColQwen3", "ColIdefics3", "ColModernVBert"])
def test_a_wider_model_is_as_wide_everywhere(kind: str, images: Path, tmp_path: Path) -> None:
    found = vectors(save_tiny_vlm(tmp_path, kind, width=2), images)
    assert found.shape[1] == 16
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-4)


def test_a_picture_that_is_not_there_is_named(start: Path, images: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"lost\.png"):
        train_page_encoder(
            start, tmp_path / "d", [TrainingPair("x", ("lost.png",))], CONFIG, images=images
        )
    with pytest.raises(InvalidInputError, match="at least one pair"):
        train_page_encoder(start, tmp_path / "d", [], CONFIG)
