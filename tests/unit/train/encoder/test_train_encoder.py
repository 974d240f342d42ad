"""Training of a tiny text encoder on planted pairs: resume, layout, and what it learns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.encode.late_interaction import ColBERTEncoder
from trovato.ops import maxsim
from trovato.testing.models.tiny_bert import WORDS
from trovato.testing.models.tiny_colbert import save_tiny_colbert
from trovato.train.encoder import EncoderTraining, TrainingPair, train_encoder

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("transformers")]
PLAIN = [word for word in WORDS if not word.startswith("##")]


def planted(count: int, seed: int = 0) -> list[TrainingPair]:
    """Documents of ten words; a question has six of them."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        words = random.choice(PLAIN, 10, replace=False)
        asked = random.choice(words, 6, replace=False)
        found.append(TrainingPair(" ".join(asked), (" ".join(words),)))
    return found


def recall(folder: Path, pairs: list[TrainingPair], *, pooled: bool = False) -> float:
    encoder = ColBERTEncoder(folder)
    vectors = [one.values for one in encoder.encode([pair.positives[0] for pair in pairs])]
    asked = [encoder.encode_query(pair.query).values for pair in pairs]
    if pooled:
        vectors, asked = ([one.mean(0, keepdims=True) for one in some] for some in (vectors, asked))
        vectors = [one / np.linalg.norm(one) for one in vectors]
    right = [int(maxsim(one, vectors).argmax()) == at for at, one in enumerate(asked)]
    return float(np.mean(right))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_colbert(tmp_path_factory.mktemp("start"), "pylate")


CONFIG = EncoderTraining(steps=6, batch=4, chunk=3, warm_up=2, learning_rate=1e-3, dims=(8,))


def test_a_resumed_run_is_an_unbroken_one(start: Path, tmp_path: Path) -> None:
    pairs = [replace(pair, negatives=("the old mill", "a green town")) for pair in planted(9)]
    whole = train_encoder(start, tmp_path / "whole", pairs, CONFIG)

    class StoppedError(Exception):
        pass

    def stop(_: str, done: int, __: int) -> None:
        if done == 5:
            raise StoppedError

    with pytest.raises(StoppedError):
        train_encoder(start, tmp_path / "again", pairs, CONFIG, save_every=2, progress=stop)
    assert not (tmp_path / "again" / "model.safetensors").exists()
    again = train_encoder(start, tmp_path / "again", pairs, CONFIG)
    assert again.losses == whole.losses
    for name in ("model.safetensors", "1_Dense/model.safetensors"):
        assert (again.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    with pytest.raises(InvalidInputError, match="other pairs"):
        train_encoder(start, tmp_path / "again", pairs[1:], CONFIG)


def test_chunks_change_nothing(start: Path, tmp_path: Path) -> None:
    pairs = planted(8)
    losses = [
        train_encoder(start, tmp_path / str(chunk), pairs, replace(CONFIG, chunk=chunk)).losses
        for chunk in (1, 50)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_the_folder_says_what_it_is(start: Path, tmp_path: Path) -> None:
    pairs = planted(8)
    trained = train_encoder(start, tmp_path / "made", pairs, CONFIG)
    card = (trained.folder / "README.md").read_text("utf-8")
    assert "| pairs | 8 |" in card
    assert "| temperature | 0.02 |" in card
    before, after = ColBERTEncoder(start), ColBERTEncoder(trained.folder)
    assert after.settings.query_prompt == before.settings.query_prompt
    assert after.settings.query_length == before.settings.query_length
    assert np.abs(before.encode_query("mill").values - after.encode_query("mill").values).max() > 0


def test_nothing_to_learn_from(start: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="at least one pair"):
        train_encoder(start, tmp_path, [], CONFIG)


@pytest.mark.slow
def test_it_learns_what_was_planted_and_tokens_beat_their_mean(start: Path, tmp_path: Path) -> None:
    config = EncoderTraining(
        steps=120, batch=32, chunk=64, warm_up=10, learning_rate=5e-3, weight_decay=0.01
    )
    pairs, unseen = planted(2000), planted(150, seed=1)
    late = train_encoder(start, tmp_path / "late", pairs, config)
    mean = train_encoder(start, tmp_path / "mean", pairs, replace(config, pooled=True))
    found = recall(late.folder, unseen)
    assert found >= 0.9
    assert recall(mean.folder, unseen, pooled=True) <= found - 0.15
